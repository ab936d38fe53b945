// A session that failed while it was being recorded.

public import Dialects
public import Sessions
public import Traffic

/// Which upgrade failed, and why.
public struct FailedSession: Hashable, Sendable {
    /// The session.
    public let key: Session.Key
    /// Its root cause.
    public let failureClass: FailureClass?
    /// When it ended.
    public let endedAt: Timestamp?

    init(_ session: Session) {
        key = session.key
        failureClass = session.failureClass
        endedAt = session.endedAt
    }
}

/// What a recording has to say beside its totals.
public enum RecordingNote: Hashable, Sendable {
    /// Sessions failed, and the packets of the last while were written.
    case snapshot(PacketSnapshot, failures: [FailedSession])
    /// Packets that were asked for are not kept, for this reason; the evidence is.
    case packetsNotKept(String)
    /// Packets that memory cannot hold do not get to the disk either, for this reason, or do so again.
    case packetSpool(obstacle: String?)
    /// Something changed between us and the broker of that URL.
    case broker(String, BrokerNote)
    /// A broker cannot be reached at the beginning of a recording that goes on with another; it is tried again.
    case brokerAwaited(String)
    /// Recording goes on in a new store; this one was closed under that name.
    case storeClosed(path: String)
    /// Recording cannot go on in a new store, for this reason; it goes on in the present one.
    case storeKept(String)
    /// A store was closed and its sessions were not derived from all its evidence, for this reason.
    case notDerived(path: String, String)
    /// The store takes so many bytes, and nothing more may go to bring it within its limit.
    case beyondLimit(usedBytes: Int64, limit: Int64)
}

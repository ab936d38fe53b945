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
}

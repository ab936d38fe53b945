// What there is to say of a broker while it is recorded from.

public import Traffic

/// A change between us and a broker that somebody should hear of.
public enum BrokerNote: Hashable, Sendable {
    /// The subscription stands.
    case subscribed(filters: Int, qos: QoS, clientID: String, isResumed: Bool)
    /// The broker refused some of the filters; the others are in force.
    case refused([String])
    /// The connection was lost, for this reason; it is made again.
    case lost(String)
    /// The connection was made again after so long; if the broker kept the session, it now hands over what it queued.
    case back(after: Duration, isSessionKept: Bool)
    /// The recording ended before the broker had handed over everything: it keeps that for the next one.
    case waiting
    /// The broker no longer has the session that an earlier run left: what it queued since then is lost.
    case forgotten(since: Timestamp)
}

// A broker that is recorded from, and how we introduce ourselves to it.

/// One broker of a recording.
public struct BrokerSubscription: Hashable, Sendable {
    /// Its URL, such as `mqtt://127.0.0.1:1883`.
    public var url: String
    /// The client id; by default one that is the same whenever this store records from this broker on this machine, so
    /// that the broker goes on where a killed recorder left.
    public var clientID: String?
    /// Whether the broker keeps the subscription, and queues for it, when the recording has ended in order.
    public var keepsSession = false

    /// A broker by its URL.
    public init(url: String) {
        self.url = url
    }
}

// What to record, and from where.

import BrokerLink
public import Sessions
public import Traffic

/// The sources of one run of `record`; each becomes a recording of its own.
public struct RecordingPlan: Sendable {
    /// Brokers to subscribe to.
    public var brokers: [BrokerSubscription] = []
    /// Further topic filters, beside those of the dialects.
    public var topics: [String] = []
    /// Hears why a broker cannot be reached at the start, and says whether it is tried again; `nil` ends the run instead.
    public var awaitsBrokers: (@Sendable (RunError) async -> Bool)?
    /// Hears every other second what is waited for, and says whether to go on waiting; `nil` goes on.
    public var whileWaiting: (@Sendable (String) async -> Bool)?
    /// Quality of service of our subscription.
    public var qos: QoS = .atLeastOnce
    /// Interface to sniff.
    public var interface: InterfacePlan?
    /// Bytes of deliveries that may wait on the disk for the store, for each broker.
    public var spoolBytes = 1 << 30

    /// How much of the evidence the store keeps; everything where there is none.
    public var retention: Retention?

    /// How much goes into one store; everything where there is no bound.
    public var span: StoreSpan?
    /// When the recording ended, in another store, that this one goes on with.
    var follows: Timestamp?

    /// How much is remembered while packets are read.
    public var reading = ReadingLimits()
    /// How much of sessions is held in memory.
    public var sessions = TrackerLimits()

    /// A plan without sources.
    public init() {}

    /// What to see to so that the brokers keep what they cannot deliver, where the subscription relies on that.
    ///
    /// - Parameter mosquittoFolder: Where this machine's broker has its settings.
    /// - Returns: one line; `nil` where nothing can be lost so, or the settings are as they should be.
    public func brokerAdvice(mosquittoFolder: String = "/etc/mosquitto") -> String? {
        guard qos != .atMostOnce else { return nil }
        let kept = brokers.filter { !$0.isCleanSession }
        return BrokerSettings(folder: mosquittoFolder)
            .advice(for: kept.map { (try? $0.address().url) ?? $0.url })
    }
}

// When a connection must show that it is alive. MQTT 3.1.1 §3.1.2.10

/// Decides on PINGREQ, and on when a broker has been silent for too long; knows neither socket nor clock.
struct KeepAlive {
    /// What is to be done.
    enum Action: Hashable {
        case nothing
        /// Send a PINGREQ.
        case ping
        /// The broker is gone.
        case giveUp
    }

    private let interval: Duration
    private var lastSent: ContinuousClock.Instant
    private var lastReceived: ContinuousClock.Instant
    private var pingedAt: ContinuousClock.Instant?

    /// Begins with a connection that has just shown life.
    init(interval: Duration, at now: ContinuousClock.Instant) {
        self.interval = interval
        lastSent = now
        lastReceived = now
    }

    /// Something was written.
    mutating func sent(at now: ContinuousClock.Instant) { lastSent = now }

    /// Something was read, whatever it was.
    mutating func received(at now: ContinuousClock.Instant) {
        lastReceived = now
        pingedAt = nil
    }

    /// What is to be done now; a ping is taken to be sent.
    mutating func next(at now: ContinuousClock.Instant) -> Action {
        if let pingedAt { return now - pingedAt >= interval ? .giveUp : .nothing }
        guard now - lastSent >= interval || now - lastReceived >= interval else { return .nothing }
        pingedAt = now
        return .ping
    }
}

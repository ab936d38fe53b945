// Waits for a broker that cannot be reached at the start, and says so for as long as that lasts.

/// The pauses between the tries to reach a broker.
struct BrokerWait {
    /// A supervisor gives up a recorder that says nothing for longer.
    private static let step = Duration.seconds(2)

    private let url: String
    private let awaits: (@Sendable (RunError) async -> Bool)?
    private let tell: (@Sendable (String) async -> Bool)?
    private var backoff = Backoff()
    private var generator = SystemRandomNumberGenerator()

    /// Waits for the broker at `url` as the plan says.
    init(for url: String, _ plan: RecordingPlan) {
        self.url = url
        awaits = plan.awaitsBrokers
        tell = plan.whileWaiting
    }

    /// Waits until the broker may be tried again.
    ///
    /// - Throws: the failure, where it does not heal by itself or nobody wants to wait (any more).
    mutating func pause(after error: RunError) async throws {
        guard let awaits, error.mayPass, await awaits(error) else { throw error }
        let end = ContinuousClock.now + backoff.pause(using: &generator)
        while true {
            if let tell, await !tell("waiting for broker \(url): \(error.message)") { throw error }
            let left = end - .now
            guard left > .zero else { return }
            try await Task.sleep(for: min(left, Self.step))
        }
    }
}

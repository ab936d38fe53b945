// How often progress is worth a line.

/// Says when a line of progress is due: on a terminal often, elsewhere rarely, and not at all for what is quick.
struct ProgressPace {
    private let clock = ContinuousClock()
    private var next: ContinuousClock.Instant
    private let interval: Duration

    init() {
        interval = Console.isErrorTerminal ? .milliseconds(200) : .seconds(10)
        next = clock.now + .seconds(2)
    }

    /// Whether a line is due now; asking counts as showing it.
    mutating func isDue() -> Bool {
        let now = clock.now
        guard now >= next else { return false }
        next = now + interval
        return true
    }
}

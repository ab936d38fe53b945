// What of a running recording is worth a line now.

import Pipeline

/// Remembers what was told of a recording, so that lasting trouble is told once and the rate is that of the time between.
struct RecordingNews {
    /// Whether the store could not be written when it was last tried.
    var isUnwritten = false
    /// Whether the output could not be written when it was last tried.
    var isUnread = false
    private var pace = ProgressPace()
    private let clock = ContinuousClock()
    private var lastCount: Int64 = 0
    private var lastAt = ContinuousClock.now

    /// Whether something is the case that was not so before.
    mutating func isFirst(_ fact: WritableKeyPath<Self, Bool>, _ value: Bool) -> Bool {
        defer { self[keyPath: fact] = value }
        return value && !self[keyPath: fact]
    }

    /// Messages a second since a line was last due; `nil` when none is due now.
    mutating func rateWhenDue(of progress: RecordingProgress) -> Double? {
        guard pace.isDue() else { return nil }
        let now = clock.now
        defer { (lastCount, lastAt) = (progress.messagesSeen, now) }
        return Double(progress.messagesSeen - lastCount) / max(lastAt.duration(to: now) / .seconds(1), 0.001)
    }
}

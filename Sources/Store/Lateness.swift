// How late a replayer was, in three figures.

/// The distribution of a replay's lateness.
public struct Lateness: Hashable, Sendable {
    /// Half of all steps were no later than this.
    public var median: Duration
    /// 99 of 100 steps were no later than this.
    public var p99: Duration
    /// The latest step.
    public var maximum: Duration

    /// A distribution from its figures.
    public init(median: Duration, p99: Duration, maximum: Duration) {
        self.median = median
        self.p99 = p99
        self.maximum = maximum
    }
}

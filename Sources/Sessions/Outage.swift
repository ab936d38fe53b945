// Stretches of time in which nobody watched: what did not come then says nothing.

public import Traffic

/// A stretch of time in which a recording was without its source.
public struct Outage: Hashable, Sendable {
    /// When the source was lost.
    public var start: Timestamp
    /// When it was there again; `nil` while it lasts.
    public var end: Timestamp?

    /// An outage, over or not.
    public init(start: Timestamp, end: Timestamp?) {
        self.start = start
        self.end = end
    }

    /// Whether a stretch of time lies within it.
    func covers(_ from: Timestamp, _ to: Timestamp) -> Bool {
        start <= from && end.map { to <= $0 } ?? true
    }

    /// How much of a stretch of time lies within one of these outages; zero when none does.
    static func overlap(of outages: [Outage], from start: Timestamp, to end: Timestamp) -> Duration {
        var total = Duration.zero
        var counted = start
        for outage in outages.sorted(by: { $0.start < $1.start }) {
            let from = max(counted, outage.start)
            let to = min(end, outage.end ?? end)
            guard from < to else { continue }
            total += to.duration(since: from)
            counted = to
        }
        return total
    }
}

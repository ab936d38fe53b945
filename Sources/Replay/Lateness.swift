// How late our own actions were. field-notes.md §4, R12.

import Histogram
import Traffic

/// The distribution of actual − due over everything a replay does at a set time.
///
/// Bounded memory; percentiles are exact to three digits, the greatest lateness is exact.
public struct Lateness: Sendable {
    /// Lateness from here on is counted as this much in the percentiles.
    public static let ceiling: Duration = .seconds(3600)

    private var histogram = Histogram<UInt32>(
        highestTrackableValue: 3_600_000_000,
        numberOfSignificantValueDigits: .three
    )

    /// The greatest lateness; zero before the first action.
    public private(set) var max: Duration = .zero

    /// A distribution of nothing yet.
    public init() {}

    /// Counts one action; an early one counts as punctual.
    public mutating func record(_ lateness: Duration) {
        let counted = Swift.min(Swift.max(lateness, .zero), Self.ceiling)
        histogram.record(UInt64(counted.wholeNanoseconds / 1000))
        max = Swift.max(max, lateness)
    }

    /// Counts one action by when it was due and when it happened.
    public mutating func record(due: Duration, actual: Duration) { record(actual - due) }

    /// Joins another distribution, such as the firmware host's.
    public mutating func merge(_ other: Lateness) {
        histogram.add(other.histogram)
        max = Swift.max(max, other.max)
    }

    /// Number of actions counted.
    public var count: Int { Int(histogram.totalCount) }
    /// The lateness that half of the actions did not exceed.
    public var p50: Duration { percentile(50) }
    /// The lateness that 99 of 100 actions did not exceed.
    public var p99: Duration { percentile(99) }

    private func percentile(_ percent: Double) -> Duration {
        guard count > 0 else { return .zero }
        return Swift.min(max, .microseconds(Int64(clamping: histogram.valueAtPercentile(percent))))
    }
}

// A point in time, as every layer speaks of it.

/// An instant on the recorder's wall clock: whole nanoseconds since 1970-01-01T00:00:00Z.
///
/// Recorded times and times claimed by devices are both of this type; which one a value is, its name says
/// (`recordedAt`, `claimedAt`). Range: years 1678 to 2262. Arithmetic that would leave the range saturates, because
/// captured bytes may claim any time at all.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Nanoseconds since the Unix epoch, UTC.
    public var nanoseconds: Int64

    /// Wraps a count of nanoseconds since the Unix epoch.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Wraps whole seconds and nanoseconds since the Unix epoch, as `struct timespec` gives them.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let base = overflowed ? (seconds < 0 ? Int64.min : Int64.max) : product
        self.nanoseconds = base.addingSaturated(nanoseconds)
    }

    /// Orders by time.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }

    /// The instant `duration` after this one (before it, when negative).
    public func advanced(by duration: Duration) -> Timestamp {
        Timestamp(nanoseconds: nanoseconds.addingSaturated(duration.wholeNanoseconds))
    }

    /// The time from `earlier` to this instant; negative when `earlier` is the later one.
    public func duration(since earlier: Timestamp) -> Duration {
        .nanoseconds(nanoseconds(since: earlier))
    }

    /// The same in nanoseconds, for those who measure per packet.
    package func nanoseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflowed) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflowed ? (nanoseconds < earlier.nanoseconds ? .min : .max) : difference
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with nine decimals: `2026-08-30T12:05:31.002345678Z`.
    public var description: String { CivilTime(self).text(decimals: 9) }

    /// RFC 3339 in UTC with `decimals` decimals (0 to 9), truncated.
    public func text(decimals: Int) -> String { CivilTime(self).text(decimals: decimals) }
}

extension Duration {
    /// The duration in nanoseconds, saturated at the range of `Int64`.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflowed { return seconds < 0 ? .min : .max }
        return product.addingSaturated(attoseconds / 1_000_000_000)
    }

    /// The duration in milliseconds, as the store's `…_ms` columns hold it.
    public var milliseconds: Double { Double(wholeNanoseconds) / 1e6 }

    /// The duration in seconds.
    public var seconds: Double { Double(wholeNanoseconds) / 1e9 }
}

extension Int64 {
    /// The sum, held at the end of the range where it would overflow.
    package func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? (other < 0 ? .min : .max) : sum
    }
}

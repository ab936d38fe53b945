// How much goes into one store before the next one is begun.

import Traffic

/// The bound at which a store is closed under another name, and recording goes on in a new one.
public enum StoreSpan: Hashable, Sendable {
    /// A length of time, counted from midnight UTC: with a day, each day has a store of its own.
    case time(Duration)
    /// Bytes of the file, free pages not counted.
    case size(Int64)

    /// Whether a store holds something worth having a file of its own.
    public var isLong: Bool {
        switch self {
        case .time(let span): span >= .seconds(60)
        case .size(let count): count >= 1 << 20
        }
    }

    /// Whether a store that was begun then is full now.
    func isOver(begun: Timestamp, now: Timestamp, usedBytes: () throws -> Int64) rethrows -> Bool {
        switch self {
        case .time(let span): Self.number(of: now, in: span) > Self.number(of: begun, in: span)
        case .size(let limit): try usedBytes() >= limit
        }
    }

    /// How many whole spans lie between the epoch, which is a midnight, and a time.
    private static func number(of time: Timestamp, in span: Duration) -> Int64 {
        let length = max(1, span.components.seconds)
        return time.nanoseconds / 1_000_000_000 / length
    }
}

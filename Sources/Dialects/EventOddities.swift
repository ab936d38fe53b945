// What is odd about a message that could be read nevertheless. dialects.md §7, 34, 40 and 51.

/// Oddities of one message; none of them changes what its event says.
public struct EventOddities: OptionSet, Hashable, Sendable {
    /// One bit each.
    public let rawValue: UInt8

    /// From the bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The payload names another device or product than the topic, or an id is a placeholder (`null`, `{deviceId}`).
    public static let identityMismatch = EventOddities(rawValue: 1 << 0)
    /// The claimed time cannot be read, has no zone, or is in another unit than the definition says.
    public static let badTimestamp = EventOddities(rawValue: 1 << 1)
    /// Keys that no field of the definition knows, where the definition is strict about them.
    public static let unexpectedFields = EventOddities(rawValue: 1 << 2)
}

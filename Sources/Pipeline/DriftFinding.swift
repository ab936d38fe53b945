// One way in which messages have left their definition.

public import Traffic

/// What differs between the messages of one topic template and their definition, how often, and since when.
public struct DriftFinding: Hashable, Sendable {
    /// What differs.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The template claims the message, and its payload cannot be read.
        case unreadable
        /// A key that no field of the definition knows.
        case unknownField = "unknown-field"
        /// A key that every message had, and that none has any more.
        case vanishedField = "vanished-field"
    }

    /// What differs.
    public var kind: Kind
    /// The dialect.
    public var dialect: String
    /// The template of the topics, not a device's own.
    public var topic: String
    /// The key's path, or why a message cannot be read.
    public var field: String
    /// Messages that show it: that cannot be read, or that have the key.
    public var count: Int
    /// The first value or payload that shows it; of a vanished key the last value.
    ///
    /// Credentials are not masked: see `maskedExample`.
    public var example: String
    /// Keys of the dialect whose values are credentials.
    public var secrets: [String]
    /// When it was first recorded.
    public var firstSeen: Timestamp
    /// When it was last recorded.
    public var lastSeen: Timestamp

    /// The example without credentials.
    public var maskedExample: String {
        let name = field.split(separator: ".").last.map(String.init) ?? ""
        let isCredential =
            secrets.contains { $0.lowercased() == name.lowercased() } || Secrets.isCredential(name)
        if kind != .unreadable, isCredential { return "***" }
        return Secrets.masked(example, keys: secrets)
    }
}

// Messages that a definition shows, with what they say. dialects.md §6, requirement 12.

/// A message of a definition's `samples`, and the events that it must be read as.
public struct Sample: Hashable, Sendable {
    /// What an event must be: its kind, and fields by the names that definitions use.
    public struct Expectation: Hashable, Sendable {
        /// The kind; `nil` where the message is not the dialect's business.
        public var event: String?
        /// Fields in the event's units, as text.
        public var fields: [Field]
    }

    /// One field of an expectation.
    public struct Field: Hashable, Sendable {
        /// The field by the name that definitions use.
        public var name: String
        /// Its value: `50`, `true`, `10s`, `2026-01-02T03:04:05Z`.
        public var value: String
    }

    /// Where it stands in the definition.
    public var line: Int
    /// The message of the definition that it is a sample of.
    public var rule: String
    /// The topic.
    public var topic: String
    /// The payload, comments and trailing commas already left out.
    public var payload: [UInt8]
    /// The client id of the connection it is published on.
    public var clientID: String?
    /// Whether what composing its event writes need not read back.
    public var isOneWay: Bool
    /// The events, in order.
    public var gives: [Expectation]
}

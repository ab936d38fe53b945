// That a message belongs to a session, and as what.

/// A message's place in a session.
public struct MessageLink: Hashable, Sendable {
    /// The message.
    public var messageID: Int64
    /// The message it is a copy of, seen from another vantage (dialects.md §5.5).
    public var copyOf: Int64?
    /// Whether it is a redelivery that counts for nothing.
    public var isTransportDuplicate: Bool

    /// Links a message, an original unless stated otherwise.
    public init(messageID: Int64, copyOf: Int64? = nil, isTransportDuplicate: Bool = false) {
        self.messageID = messageID
        self.copyOf = copyOf
        self.isTransportDuplicate = isTransportDuplicate
    }
}

// A message as the store holds it.

public import Traffic

/// One MQTT PUBLISH that was kept, with its place in the store.
public struct StoredMessage: Hashable, Sendable {
    /// The store's id, given by the writer.
    public var id: Int64
    /// The message; payload byte for byte.
    public var message: Message
    /// What a dialect read in it; `nil` for messages kept on request only.
    public var reading: MessageReading?
    /// In a session's evidence: the message it is a copy of, seen from another vantage (dialects.md §5.5).
    ///
    /// Links are a session's, written with it; of a message that is written or read by itself nothing is known of them.
    public var copyOf: Int64?
    /// In a session's evidence: whether it is a redelivery that counts for nothing.
    public var isTransportDuplicate: Bool

    /// A message with its place in the store.
    public init(
        id: Int64,
        message: Message,
        reading: MessageReading? = nil,
        copyOf: Int64? = nil,
        isTransportDuplicate: Bool = false
    ) {
        self.id = id
        self.message = message
        self.reading = reading
        self.copyOf = copyOf
        self.isTransportDuplicate = isTransportDuplicate
    }
}

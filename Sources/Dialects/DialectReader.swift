// Reads a stream of messages into events, remembering the topics and texts it has seen.

public import Traffic

/// Reads messages with a memory: topics and texts it has seen need not be made again. Bounded.
public struct DialectReader: ~Copyable {
    /// The event that a message states, and the hash under which its topic is remembered.
    public struct Reading: Sendable {
        /// What the message states.
        public var event: UpgradeEvent
        /// The keyed hash of the topic's bytes; the same topic has the same hash in every reader of this process.
        public var topicHash: UInt64
    }

    private let dialects: DialectSet

    /// A reader that has seen nothing yet.
    public init(_ dialects: DialectSet) {
        self.dialects = dialects
    }

    /// The event that a message states; `nil` when no dialect claims its topic.
    public mutating func read(topic: RawSpan, payload: RawSpan, at time: Timestamp) -> Reading? {
        let message = Message(
            recordedAt: time,
            vantage: Vantage(recordingID: 0, connection: 0),
            direction: .fromBroker,
            topic: topic.withUnsafeBytes { Array($0) },
            payload: payload.withUnsafeBytes { Array($0) }
        )
        var hasher = Hasher()
        hasher.combine(message.topic)
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        return dialects.read(message).map { Reading(event: $0, topicHash: hash) }
    }
}

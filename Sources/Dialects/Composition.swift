// A message in a dialect's own form, ready to publish.

/// Topic and payload of a message that is to be published.
public struct Composition: Hashable, Sendable {
    /// The topic, every id filled in.
    public var topic: String
    /// The payload, byte for byte.
    public var payload: [UInt8]

    /// Joins a topic with its payload.
    public init(topic: String, payload: [UInt8]) {
        self.topic = topic
        self.payload = payload
    }
}

// Reads a stream of messages into events, remembering the topics and texts it has seen.

public import Traffic

/// Reads messages with a memory: topics and texts it has seen need not be made again.
///
/// For one owner that reads many messages. What it remembers is bounded (`TopicMemory`, `TextPool`): a memory that is
/// full begins anew. What it reads never depends on what it remembers.
/// - Complexity: O(n) in the bytes of a message. Where topic and texts were seen before, nothing is allocated.
public struct DialectReader: ~Copyable {
    /// The event that a message states, and the hash under which its topic is remembered.
    public struct Reading: Sendable {
        /// What the message states.
        public var event: UpgradeEvent
        /// The keyed hash of the topic's bytes: the same for the same topic in every reader of this process.
        public var topicHash: UInt64
    }

    private(set) var topics: TopicMemory
    private(set) var texts: TextPool

    /// A reader that has seen nothing yet.
    public init(_ dialects: DialectSet) {
        self.init(TopicMemory(dialects), TextPool())
    }

    /// A reader with memories of other sizes.
    init(_ topics: TopicMemory, _ texts: TextPool) {
        self.topics = topics
        self.texts = texts
    }

    /// The event that a message states in the first dialect that claims its topic; `nil` when none does.
    ///
    /// Where one dialect claims the topic and cannot read the payload, a later one that can takes it.
    public mutating func read(topic: RawSpan, payload: RawSpan, at time: Timestamp) -> Reading? {
        let hash = KeyedHash.ofProcess(topic)
        let claims = topics.claims(on: topic, hash: hash)
        if claims.isEmpty { return nil }
        let first = topics[claims.lowerBound]
        var reading = Reading(event: first.bareEvent(at: time), topicHash: hash)
        if first.fill(&reading.event, from: payload, &texts) { return reading }
        for index in claims.dropFirst() {
            var event = topics[index].bareEvent(at: time)
            if topics[index].fill(&event, from: payload, &texts) {
                return Reading(event: event, topicHash: hash)
            }
        }
        return reading
    }
}

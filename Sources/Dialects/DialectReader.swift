// Reads a stream of messages into events, remembering the topics and texts it has seen.

public import Traffic

/// Reads messages with a memory: topics it has seen, and the texts a topic's last message had, are not made again.
///
/// For one owner that reads many messages. What it remembers is bounded (`TopicMemory`, `TextMemory`): a memory that
/// is full begins anew. What it reads never depends on what it remembers, but for `UpgradeEvent.sharesTexts(with:)`:
/// messages of one topic that state the same texts one after the other share them.
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

    /// A reader that has seen nothing yet.
    public init(_ dialects: DialectSet) {
        self.init(TopicMemory(dialects))
    }

    /// A reader with a memory of another size.
    init(_ topics: TopicMemory) {
        self.topics = topics
    }

    /// The event that a message states in the first dialect that claims its topic; `nil` when none does.
    ///
    /// Where one dialect claims the topic and cannot read the payload, a later one that can takes it.
    public mutating func read(topic: RawSpan, payload: RawSpan, at time: Timestamp) -> Reading? {
        let hash = KeyedHash.ofProcess(topic)
        let claims = topics.claims(on: topic, hash: hash)
        if claims.isEmpty { return nil }
        if let event = topics.readRepeated(payload, under: claims.lowerBound, at: time) {
            return Reading(event: event, topicHash: hash)
        }
        let first = topics.read(payload, under: claims.lowerBound, at: time)
        if !first.fits {
            for claim in claims.dropFirst() {
                let other = topics.read(payload, under: claim, at: time)
                if other.fits { return Reading(event: other.event, topicHash: hash) }
            }
        }
        return Reading(event: first.event, topicHash: hash)
    }
}

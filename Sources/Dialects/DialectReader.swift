// Reads a stream of messages into events, remembering the topics and texts it has seen.

public import Traffic

/// Reads messages with a memory: topics it has seen, and the texts a topic's last message had, are not made again.
///
/// For one owner that reads many messages. What it remembers is bounded (`TopicMemory`, `TextMemory`): a memory that
/// is full begins anew. What it reads never depends on what it remembers, but for `UpgradeEvent.sharesTexts(with:)`:
/// messages of one topic that state the same texts one after the other share them.
/// - Complexity: O(n) in the bytes of a message. Where topic and texts were seen before, nothing is allocated.
public struct DialectReader: ~Copyable {
    /// The events that a message states, and the hash under which its topic is remembered.
    public struct Reading: Sendable {
        /// What the message states; of several events the first.
        public var event: UpgradeEvent
        /// The events after it, in order: of nearly all messages none.
        public var further: [UpgradeEvent] = []
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

    /// What a message states in the dialect that claims its topic with the most literal levels; `nil` when none does.
    ///
    /// Where one dialect claims the topic and cannot read the payload, another one that can takes it; where the message
    /// is not the one's business (`event: none`), it is another's or nobody's. `leg` counts where a definition takes ids
    /// from the connection.
    public mutating func read(
        topic: RawSpan,
        payload: RawSpan,
        at time: Timestamp,
        on leg: @autoclosure () -> ClientLeg? = nil
    ) -> Reading? {
        let hash = KeyedHash.ofProcess(topic)
        let claims = topics.claims(on: topic, hash: hash)
        if claims.isEmpty { return nil }
        if let event = topics.readRepeated(payload, under: claims.lowerBound, at: time) {
            return Reading(event: event, topicHash: hash)
        }
        return readAnew(payload, at: time, on: leg(), claims, hash)
    }

    /// The events that a message states, in order: mostly one, none when no dialect claims it.
    public mutating func events(of message: Message) -> [UpgradeEvent] {
        let reading = read(
            topic: message.topic.rawSpan,
            payload: message.payload.rawSpan,
            at: message.recordedAt,
            on: ClientLeg(clientID: message.clientID, direction: message.direction)
        )
        return reading.map { [$0.event] + $0.further } ?? []
    }

    private mutating func readAnew(
        _ payload: RawSpan,
        at time: Timestamp,
        on leg: ClientLeg?,
        _ claims: Range<Int>,
        _ hash: UInt64
    ) -> Reading? {
        var misfit: ClaimReading?
        for claim in claims {
            let reading = topics.read(payload, under: claim, at: time, on: leg)
            guard let event = reading.event else { continue }
            if reading.fits { return Reading(event: event, further: reading.further, topicHash: hash) }
            misfit = misfit ?? reading
        }
        guard let misfit, let event = misfit.event else { return nil }
        return Reading(event: event, further: misfit.further, topicHash: hash)
    }
}

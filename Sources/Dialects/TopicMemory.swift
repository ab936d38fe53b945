// Which dialects claim which topics, found out once for each topic.

internal import Traffic

/// The claims on the topics seen so far, and that nobody claims the others.
struct TopicMemory {
    /// Most topics that are remembered, and most bytes that they have together; a full memory begins anew.
    static let topicLimit = 16_384, byteLimit = 4 << 20

    private let table: ClaimTable
    /// The claims on a topic, as a range of `claims`; an empty one where there are none.
    private var known: ByteTable<Range<Int>>
    private var claims: [TopicClaim] = []
    /// The shapes of payloads by rule; they outlast the topics.
    private var shapes = ShapeMemory()
    /// The last texts of each claim.
    private(set) var texts: TextMemory

    /// How many topics are remembered.
    var count: Int { known.count }

    /// A memory without topics.
    init(_ dialects: DialectSet, topicLimit: Int = topicLimit, texts: TextMemory = TextMemory()) {
        table = dialects.table
        self.texts = texts
        known = ByteTable(entryLimit: topicLimit, byteLimit: Self.byteLimit)
    }

    /// Reads a payload that states what the topic's last one did, but for figures; `nil` for any other.
    @inline(__always)
    mutating func readRepeated(_ payload: RawSpan, under claim: Int, at time: Timestamp) -> UpgradeEvent? {
        guard let rule = texts.rule(at: claim) else { return nil }
        var tokens = JSONScanner.Tokens(repeating: .absent)
        guard shapes.read(payload, of: rule, into: &tokens) else { return nil }
        return table.plans[rule].repeatedEvent(payload, at: time, remembering: texts, as: claim, tokens.span)
    }

    /// Reads a payload under one of the claims that `claims(on:hash:)` gave.
    mutating func read(
        _ payload: RawSpan,
        under claim: Int,
        at time: Timestamp,
        on leg: ClientLeg?
    ) -> ClaimReading {
        claims[claim].read(payload, at: time, on: leg, remembering: &texts, as: claim, &shapes)
    }

    /// The claims on a topic, the most specific first, those that are equally so in the order of the dialects.
    ///
    /// Valid until the next topic is asked for.
    mutating func claims(on topic: RawSpan, hash: UInt64) -> Range<Int> {
        if let number = known.find(topic, hash: hash) { return known[number] }
        if known.isFull(for: topic) {
            known.forgetAll()
            claims.removeAll(keepingCapacity: true)
            texts.forgetAll()
        }
        let start = claims.count
        table.addClaims(on: topic, to: &claims)
        known.remember(topic, hash: hash, start..<claims.count)
        return start..<claims.count
    }
}

// Which dialects claim which topics, found out once for each topic.

/// The claims on the topics seen so far, and that nobody claims the others.
struct TopicMemory {
    /// Most topics that are remembered, and most bytes that they have together; a full memory begins anew.
    static let topicLimit = 65_536, byteLimit = 8 << 20

    private let dialects: DialectSet
    /// The claims on a topic, as a range of `claims`; an empty one where there are none.
    private var known: ByteTable<Range<Int>>
    private var claims: [TopicClaim] = []

    /// How many topics are remembered.
    var count: Int { known.count }

    /// A memory without topics.
    init(_ dialects: DialectSet, topicLimit: Int = topicLimit) {
        self.dialects = dialects
        known = ByteTable(entryLimit: topicLimit, byteLimit: Self.byteLimit)
    }

    /// One of the claims that `claims(on:hash:)` gave.
    subscript(index: Int) -> TopicClaim { claims[index] }

    /// The claims on a topic in the order of the dialects.
    ///
    /// Valid until the next topic is asked for.
    mutating func claims(on topic: RawSpan, hash: UInt64) -> Range<Int> {
        if let number = known.find(topic, hash: hash) { return known[number] }
        if known.isFull(for: topic) {
            known.forgetAll()
            claims.removeAll(keepingCapacity: true)
        }
        let start = claims.count
        for dialect in dialects.all {
            if let claimed = dialect.claim(on: topic) { claims.append(claimed.claim) }
        }
        known.remember(topic, hash: hash, start..<claims.count)
        return start..<claims.count
    }
}

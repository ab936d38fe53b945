// One message on its way into the store: fixed size, its bytes in the slab of `MessageRows`.

public import Traffic

/// A message to be kept, without its bytes; it owns no memory, so an array of rows is one block.
public struct MessageRow: Sendable {
    /// What a dialect read, with its texts in the slab.
    struct Reading: Sendable {
        /// Place of the rule in `MessageRows.rules`.
        var rule: Int
        /// Byte counts of the texts in the slab, `nil` for one that is absent.
        var deviceCount: Int32
        var commandCount: Int32?
        var versionCount: Int32?
        var codeCount: Int32?
        var claimedAt: Timestamp?
        var percent: Double?
        var downloadedBytes: Int64?
        var totalBytes: Int64?
        var bytesPerSecond: Double?
        var isOK: Bool?
    }

    /// The store's id, given by the writer.
    public var id: Int64
    /// Where it was seen; the connection is in the store, or in the same batch.
    public var vantage: Vantage
    /// A hash of the topic, keyed per process; a cache's key only, equal hashes need not mean equal topics.
    public var topicHash: UInt64
    /// When it was recorded.
    public var recordedAt: Timestamp
    /// Which way it went.
    public var direction: Message.Direction
    /// Quality of service on this leg.
    public var qos: QoS
    /// RETAIN flag on this leg.
    public var isRetained: Bool
    /// DUP flag on this leg.
    public var isDuplicate: Bool
    /// Packet id on this leg; `nil` at QoS 0.
    public var packetID: UInt16?

    /// Where its bytes begin in the slab: topic, payload, then the reading's texts.
    var start = 0
    var topicCount = 0
    var payloadCount = 0
    var reading: Reading?

    /// A message whose bytes are given when the row is appended.
    public init(
        id: Int64,
        vantage: Vantage,
        topicHash: UInt64,
        recordedAt: Timestamp,
        direction: Message.Direction,
        qos: QoS = .atMostOnce,
        isRetained: Bool = false,
        isDuplicate: Bool = false,
        packetID: UInt16? = nil
    ) {
        self.id = id
        self.vantage = vantage
        self.topicHash = topicHash
        self.recordedAt = recordedAt
        self.direction = direction
        self.qos = qos
        self.isRetained = isRetained
        self.isDuplicate = isDuplicate
        self.packetID = packetID
    }

    /// The topic's place in the slab.
    var topic: Range<Int> { start..<start + topicCount }
    /// The payload's place in the slab.
    var payload: Range<Int> { topic.upperBound..<topic.upperBound + payloadCount }
}

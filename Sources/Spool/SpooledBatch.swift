// Deliveries read back from the spool.

internal import Digests
public import Traffic

/// Deliveries in the order they came, their bytes in one block that serves batch after batch.
public struct SpooledBatch: Sendable {
    /// One delivery; its bytes are had from the batch.
    public struct Entry: Sendable {
        /// When it was received.
        public var receivedAt: Timestamp
        /// Quality of service of the delivery.
        public var qos: QoS
        /// Whether the broker kept it from before the subscription.
        public var isRetained: Bool
        /// Whether the broker may have sent it before (DUP).
        public var isDuplicate: Bool
        /// Packet id; `nil` at QoS 0.
        public var packetID: UInt16?
        var topic: Range<Int>
        var payload: Range<Int>
    }

    /// The deliveries.
    public internal(set) var entries: [Entry] = []
    /// How many deliveries came up to the last of these, over the life of the spool.
    public internal(set) var endPosition: Int64 = 0
    /// The recording that received them.
    public internal(set) var recordingID: Int64 = 0
    var bytes: [UInt8] = []

    /// No deliveries yet.
    public init() {}

    /// Checksum of topic and payload.
    func print(of entry: Entry) -> UInt32 {
        CRC32.of(bytes.rawSpan.extracting(entry.topic.lowerBound..<entry.payload.upperBound))
    }

    /// The topic of one of the deliveries.
    @_lifetime(borrow self)
    public func topic(of entry: Entry) -> RawSpan { bytes.rawSpan.extracting(entry.topic) }

    /// The payload of one of the deliveries.
    @_lifetime(borrow self)
    public func payload(of entry: Entry) -> RawSpan { bytes.rawSpan.extracting(entry.payload) }
}

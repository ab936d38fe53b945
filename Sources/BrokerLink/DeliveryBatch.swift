// What one turn of the loop has received, in one piece of memory.

public import Traffic

/// Deliveries in the order they came; their bytes lie one behind the other in a block that serves turn after turn.
public struct DeliveryBatch: Sendable {
    /// One delivery; its bytes are had from the batch.
    public struct Entry: Hashable, Sendable {
        /// When it was received, on the wall clock.
        public var receivedAt: Timestamp
        /// When it was received, on the clock that never jumps.
        public var receivedMonotonic: ContinuousClock.Instant
        /// The lower of the publisher's and the subscription's quality of service.
        public var qos: QoS
        /// Whether the broker kept the message from before the subscription.
        public var isRetained: Bool
        /// Whether the broker may have sent it before (DUP).
        public var isDuplicate: Bool
        /// Packet id on this connection; `nil` at QoS 0.
        public var packetID: UInt16?
        /// Where the topic begins, the payload begins, and it ends.
        var start = 0
        var middle = 0
        var end = 0
    }

    /// The deliveries.
    public private(set) var entries: [Entry] = []
    private var bytes: [UInt8] = []

    /// No deliveries yet.
    public init() {}

    /// Bytes of topics and payloads.
    public var byteCount: Int { bytes.count }

    /// The topic of one of the deliveries.
    @_lifetime(borrow self)
    public func topic(of entry: Entry) -> RawSpan { bytes.rawSpan.extracting(entry.start..<entry.middle) }

    /// The payload of one of the deliveries.
    @_lifetime(borrow self)
    public func payload(of entry: Entry) -> RawSpan { bytes.rawSpan.extracting(entry.middle..<entry.end) }

    /// Topic and payload of one of the deliveries, one behind the other.
    @_lifetime(borrow self)
    public func contents(of entry: Entry) -> RawSpan { bytes.rawSpan.extracting(entry.start..<entry.end) }

    /// Appends a delivery and copies its bytes.
    public mutating func append(_ entry: Entry, topic: RawSpan, payload: RawSpan) {
        var entry = entry
        entry.start = bytes.count
        unsafe topic.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        entry.middle = bytes.count
        unsafe payload.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        entry.end = bytes.count
        entries.append(entry)
    }

    /// Removes everything; memory that a large message took is given back.
    public mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
    }

    private static let keptBytes = 8 << 20
}

extension Delivery {
    /// Takes one delivery out of a batch.
    init(_ entry: DeliveryBatch.Entry, of batch: DeliveryBatch) {
        self.init(
            receivedAt: entry.receivedAt,
            receivedMonotonic: entry.receivedMonotonic,
            topic: unsafe batch.topic(of: entry).withUnsafeBytes { unsafe Array($0) },
            payload: unsafe batch.payload(of: entry).withUnsafeBytes { unsafe Array($0) },
            qos: entry.qos,
            isRetained: entry.isRetained,
            isDuplicate: entry.isDuplicate,
            packetID: entry.packetID
        )
    }
}

extension DeliveryBatch {
    /// A batch of deliveries that came one by one.
    public init(_ deliveries: [Delivery]) {
        for delivery in deliveries {
            let entry = Entry(
                receivedAt: delivery.receivedAt,
                receivedMonotonic: delivery.receivedMonotonic,
                qos: delivery.qos,
                isRetained: delivery.isRetained,
                isDuplicate: delivery.isDuplicate,
                packetID: delivery.packetID
            )
            append(entry, topic: delivery.topic.rawSpan, payload: delivery.payload.rawSpan)
        }
    }
}

extension [UInt8] {
    /// The bytes, for as long as they are borrowed.
    var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }
}

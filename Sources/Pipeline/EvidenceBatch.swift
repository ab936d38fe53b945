// What sources hand to the ingest.

import Store
import Traffic

/// Observed facts on their way into the store; the messages' bytes stand in one block.
///
/// Adding a message allocates nothing once the block has grown to a batch's size.
struct EvidenceBatch: Sendable {
    /// Bytes that the block may keep from batch to batch.
    private static let keptBytes = 4 << 20

    /// An MQTT PUBLISH; its vantage names the recording.
    struct Publish: Sendable {
        var recordedAt: Timestamp
        var vantage: Vantage
        var direction: Message.Direction
        var clientID: String?
        var client: Endpoint?
        var qos: QoS
        var isRetained: Bool
        var isDuplicate: Bool
        var packetID: UInt16?
        /// Where topic and payload stand in the block.
        fileprivate(set) var topic = 0..<0
        fileprivate(set) var payload = 0..<0
    }

    /// Messages, in the order they became readable.
    private(set) var publishes: [Publish] = []
    /// Measured downloads and the recordings that saw them.
    var transfers: [(transfer: Transfer, recordingID: Int64)] = []
    /// MQTT connections that were opened, introduced themselves or ended.
    var connections: [(connection: Connection, recordingID: Int64)] = []
    /// Servers that were not reached, and the recordings that saw it.
    var unreached: [StoredUnreached] = []
    private var bytes: [UInt8] = []

    /// How many facts there are.
    var count: Int { publishes.count + transfers.count + connections.count + unreached.count }
    /// Bytes of topics and payloads.
    var byteCount: Int { bytes.count }
    var isEmpty: Bool { count == 0 }

    /// Adds a message and copies its bytes.
    mutating func add(_ publish: Publish, topic: RawSpan, payload: RawSpan) {
        var publish = publish
        publish.topic = append(topic)
        publish.payload = append(payload)
        publishes.append(publish)
    }

    /// The topic of one of the messages.
    @_lifetime(borrow self)
    func topic(of publish: Publish) -> RawSpan { bytes.span.bytes.extracting(publish.topic) }

    /// The payload of one of the messages.
    @_lifetime(borrow self)
    func payload(of publish: Publish) -> RawSpan { bytes.span.bytes.extracting(publish.payload) }

    /// Removes everything; the memory serves the next batch.
    mutating func removeAll() {
        publishes.removeAll(keepingCapacity: true)
        transfers.removeAll(keepingCapacity: true)
        connections.removeAll(keepingCapacity: true)
        unreached.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
    }

    private mutating func append(_ span: RawSpan) -> Range<Int> {
        let start = bytes.count
        span.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }
}

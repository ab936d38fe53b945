// Turns what Wire reads into evidence: PUBLISH packets into messages, GET exchanges into measured transfers.

import Traffic
import Wire

/// Collects the evidence of one recording as its packets are decoded; the owner takes it away in batches.
struct EvidenceCollector: WireSink {
    /// Evidence not yet taken away, in the order it became readable.
    private(set) var pending: [Evidence] = []
    private let recordingID: Int64
    private var meters: [Int: BodyMeter] = [:]

    /// A collector for one recording.
    init(recordingID: Int64) {
        self.recordingID = recordingID
    }

    /// Takes the evidence collected since the last call.
    mutating func take() -> [Evidence] {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending
    }

    mutating func connectionOpened(_ connection: Connection) {
        pending.append(.connection(connection, recordingID: recordingID))
    }

    mutating func connectionIntroduced(_ connection: Connection) {
        pending.append(.connection(connection, recordingID: recordingID))
    }

    mutating func connectionClosed(_ connection: Connection) {
        pending.append(.connection(connection, recordingID: recordingID))
    }

    mutating func controlPacket(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
        going direction: Message.Direction,
        at timestamp: Timestamp
    ) {
        guard packet.kind == .publish, !packet.isMalformed, let qos = packet.qos else { return }
        pending.append(
            .message(
                Message(
                    recordedAt: timestamp,
                    vantage: Vantage(recordingID: recordingID, connection: connection.number),
                    direction: direction,
                    clientID: connection.clientID,
                    client: connection.client,
                    topic: topic.bytes,
                    payload: frame.extracting(packet.payload).bytes,
                    qos: qos,
                    isRetained: packet.isRetained,
                    isDuplicate: packet.isDuplicate,
                    packetID: packet.packetID
                )
            )
        )
    }

    mutating func exchangeBegan(_ number: Int, _ exchange: Exchange) {
        if exchange.method == "GET" { meters[number] = BodyMeter() }
    }

    mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp) {
        meters[number]?.receive(bytes, at: timestamp)
    }

    mutating func exchangeEnded(_ number: Int, _ exchange: Exchange) {
        guard let meter = meters.removeValue(forKey: number) else { return }
        pending.append(.transfer(meter.transfer(exchange, evidence: .wire), recordingID: recordingID))
    }
}

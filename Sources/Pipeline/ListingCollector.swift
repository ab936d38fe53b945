// Turns what Wire reads into the rows of the `inspect` listing: every control packet, every exchange.

import Digests
import Interchange
import Traffic
import Wire

/// Collects listing rows as packets are decoded and hands them on in batches.
struct ListingCollector: WireSink {
    /// Rows that may wait: one packet may end thousands of exchanges, and the end of a capture all of them.
    private static let rowsAtOnce = 2_048

    private var pending: [ListingRow] = []
    private let emit: ([ListingRow]) -> Void
    private var meters: BodyMeters
    private let isHashing: Bool
    /// What was not measured to stay within bounds.
    var losses: Losses { meters.losses }

    /// A collector that hashes payloads, or does not where nobody looks at their digests.
    init(isHashing: Bool, limits: MeterLimits, emit: @escaping ([ListingRow]) -> Void) {
        self.isHashing = isHashing
        self.emit = emit
        meters = BodyMeters(limits: limits)
    }

    /// Hands on the rows collected since the last call.
    mutating func handOn() {
        if !pending.isEmpty { emit(pending) }
        pending.removeAll(keepingCapacity: true)
    }

    mutating func connectionOpened(_ connection: Connection) {}

    mutating func connectionIntroduced(_ connection: Connection) {}

    mutating func connectionClosed(_ connection: Connection) {}

    mutating func controlPacket(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
        going direction: Message.Direction,
        at timestamp: Timestamp
    ) {
        let upward = Flow(source: connection.client, destination: connection.server)
        var row = ControlPacketRow(
            at: timestamp,
            flow: direction == .toBroker ? upward : upward.reversed,
            type: packet.kind.description,
            version: packet.version.rawValue,
            fault: packet.fault
        )
        if !packet.isMalformed { describe(packet, frame: frame, topic: topic, of: connection, in: &row) }
        add(.mqtt(row))
    }

    mutating func exchangeBegan(_ number: Int, _ exchange: Exchange) {}

    mutating func exchangeAnswered(_ number: Int, _ exchange: Exchange) {
        meters.answer(number, exchange)
    }

    mutating func exchangeGap(_ number: Int, missing: Int64) {
        meters.miss(number, missing)
    }

    mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp) {
        meters.receive(number, bytes, at: timestamp)
    }

    mutating func exchangeEnded(_ number: Int, _ exchange: Exchange) {
        add(.http(meters.end(number, exchange)))
    }

    private mutating func add(_ row: ListingRow) {
        pending.append(row)
        if pending.count >= Self.rowsAtOnce { handOn() }
    }

    private func describe(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        of connection: Connection,
        in row: inout ControlPacketRow
    ) {
        row.packetID = packet.packetID
        row.reasonCode = packet.reasonCode
        row.properties = PropertyRow.all(in: packet.properties, of: frame)
        switch packet.kind {
        case .connect:
            row.clientID = connection.clientID
            row.keepAlive = connection.keepAlive
            row.isClean = connection.isClean
            row.hasUserName = connection.hasUserName
            row.will = connection.will.map {
                WillRow($0, properties: PropertyRow.all(in: packet.willProperties, of: frame))
            }
        case .publish:
            row.qos = packet.qos?.rawValue
            row.isDuplicate = packet.isDuplicate
            row.isRetained = packet.isRetained
            row.isRedelivery = packet.isRedelivery
            let bytes = topic.bytes
            row.topic = bytes
            row.sentTopic = packet.topic.isEmpty ? [] : bytes
            row.payloadLength = packet.payload.count
            if isHashing { row.payloadSHA256 = ContentSHA256.of(frame.extracting(packet.payload)) }
        default: break
        }
    }
}

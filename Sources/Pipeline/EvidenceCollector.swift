// Turns what Wire reads into evidence: PUBLISH packets into messages, GET exchanges into measured transfers.

import Store
import Traffic
import Wire

/// Collects the evidence of one recording as its packets are decoded; the owner hands it on in batches.
struct EvidenceCollector: WireSink {
    /// Evidence not yet handed on, in the order it became readable.
    var pending = EvidenceBatch()
    private let recordingID: Int64
    private var meters: BodyMeters
    private let connectionsBefore: Int
    /// What was not measured to stay within bounds.
    var losses: Losses { meters.losses }

    /// A collector for one recording, in which these numbers are taken.
    init(
        recordingID: Int64,
        limits: MeterLimits = MeterLimits(),
        numbersTaken: RecordedNumbers = RecordedNumbers()
    ) {
        self.recordingID = recordingID
        connectionsBefore = numbersTaken.connections
        meters = BodyMeters(limits: limits, assembliesBefore: numbersTaken.assemblies)
    }

    mutating func connectionOpened(_ connection: Connection) {
        pending.connections.append((numbered(connection), recordingID))
    }

    mutating func connectionIntroduced(_ connection: Connection) {
        pending.connections.append((numbered(connection), recordingID))
    }

    mutating func connectionClosed(_ connection: Connection) {
        pending.connections.append((numbered(connection), recordingID))
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
        pending.add(
            EvidenceBatch.Publish(
                recordedAt: timestamp,
                vantage: Vantage(recordingID: recordingID, connection: connectionsBefore + connection.number),
                direction: direction,
                clientID: connection.clientID,
                client: connection.client,
                qos: qos,
                isRetained: packet.isRetained,
                isDuplicate: packet.isDuplicate,
                packetID: packet.packetID
            ),
            topic: topic,
            payload: frame.extracting(packet.payload)
        )
    }

    mutating func serverUnreached(_ unreached: UnreachedServer) {
        pending.unreached.append(StoredUnreached(recordingID: recordingID, server: unreached))
    }

    mutating func exchangeBegan(_ number: Int, _ exchange: Exchange) {}

    mutating func exchangeAnswered(_ number: Int, _ exchange: Exchange) {
        if exchange.method == "GET" { meters.answer(number, exchange) }
    }

    mutating func exchangeGap(_ number: Int, missing: Int64) {
        meters.miss(number, missing)
    }

    mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp) {
        meters.receive(number, bytes, at: timestamp)
    }

    mutating func exchangeEnded(_ number: Int, _ exchange: Exchange) {
        guard exchange.method == "GET" else { return }
        pending.transfers.append((meters.end(number, exchange), recordingID))
    }

    private func numbered(_ connection: Connection) -> Connection {
        guard connectionsBefore > 0 else { return connection }
        var connection = connection
        connection.number += connectionsBefore
        return connection
    }
}

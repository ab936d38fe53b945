// A sink that holds a decoder to its contract (WireSink) and notes what came out.

public import Traffic
public import Wire

/// Checks every call of a decoder against the ones before, and keeps fingerprints of what it was given.
public struct Witness: WireSink {
    /// A control packet as it was handed on.
    struct PacketNote: Hashable {
        var connection: Int
        var direction: Message.Direction
        var packet: ControlPacket
        var frame: Fingerprint
        var topic: Fingerprint
        var at: Timestamp
    }

    /// An exchange as it ended, with what was handed on of its body.
    struct ExchangeNote: Hashable {
        var number: Int
        var exchange: Exchange
        var body: Fingerprint
    }

    private struct OpenExchange {
        var isAnswered = false
        var body = Fingerprint()
    }

    /// The first statement that did not hold.
    public private(set) var finding: Finding?
    private(set) var packets: [PacketNote] = []
    private(set) var exchanges: [ExchangeNote] = []
    private(set) var connections: [Connection] = []
    private var open: Set<Int> = []
    private var openExchanges: [Int: OpenExchange] = [:]
    private var begunExchanges = 0
    private var earliest = Timestamp(nanoseconds: .max)
    private var latest = Timestamp(nanoseconds: .min)

    /// A witness that has seen nothing.
    public init() {}

    /// Number of control packets handed on.
    public var packetCount: Int { packets.count }
    /// Number of exchanges that ended.
    public var exchangeCount: Int { exchanges.count }
    /// Number of control packets that could not be read.
    var malformedCount: Int { packets.count { $0.packet.isMalformed } }

    /// Notes when a packet was captured, before the decoder gets it.
    public mutating func packetArrives(at timestamp: Timestamp) {
        earliest = min(earliest, timestamp)
        latest = max(latest, timestamp)
    }

    /// Checks what must hold when the capture is over.
    public mutating func captureEnded(_ losses: Losses) {
        let (unclosed, unended, ended) = (open.count, openExchanges.count, exchanges.count)
        let begun = begunExchanges
        expect(unclosed == 0, "\(unclosed) connections were not closed")
        expect(unended == 0, "\(unended) exchanges did not end")
        expect(begun == ended, "\(begun) exchanges began, \(ended) ended")
        expect(Int64(malformedCount) == losses.malformedPackets, "malformed packets and their count differ")
        expect(losses.gapBytes >= 0, "\(losses.gapBytes) bytes in gaps")
    }

    // MARK: - Connections

    /// Checks that it is new.
    public mutating func connectionOpened(_ connection: Connection) {
        expect(open.insert(connection.number).inserted, "connection \(connection.number) opened twice")
        expectSeen(connection.openedAt)
    }

    /// Checks that it is open.
    public mutating func connectionIntroduced(_ connection: Connection) {
        expect(open.contains(connection.number), "an unknown connection is introduced")
        expect(connection.isIntroduced, "an introduction that does not say so")
    }

    /// Checks that its connection is open, and that its ranges lie in its frame.
    public mutating func controlPacket(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
        going direction: Message.Direction,
        at timestamp: Timestamp
    ) {
        expect(open.contains(connection.number), "a control packet on a connection that is not open")
        expect(frame.byteCount > 0, "a control packet of no bytes")
        for range in [packet.topic, packet.properties, packet.payload] where !packet.isMalformed {
            expect(range.upperBound <= frame.byteCount, "\(range) of a frame of \(frame.byteCount)")
        }
        expectSeen(timestamp)
        packets.append(
            PacketNote(
                connection: connection.number,
                direction: direction,
                packet: packet,
                frame: Fingerprint(frame),
                topic: Fingerprint(topic),
                at: timestamp
            )
        )
    }

    /// Checks that it was open.
    public mutating func connectionClosed(_ connection: Connection) {
        expect(open.remove(connection.number) != nil, "connection \(connection.number) closed twice")
        expect(connection.end != nil, "a connection that ended in no way")
        if let closedAt = connection.closedAt {
            expectSeen(closedAt)
            _ = closedAt.duration(since: connection.openedAt).milliseconds
        }
        connections.append(connection)
    }

    // MARK: - Exchanges

    /// Checks that it is new.
    public mutating func exchangeBegan(_ number: Int, _ exchange: Exchange) {
        expect(
            openExchanges.updateValue(OpenExchange(), forKey: number) == nil,
            "exchange \(number) began twice"
        )
        begunExchanges += 1
        expectSeen(exchange.requestedAt)
    }

    /// Checks that it is open, and answered once.
    public mutating func exchangeAnswered(_ number: Int, _ exchange: Exchange) {
        expect(openExchanges[number]?.isAnswered == false, "exchange \(number) is answered out of turn")
        expect(exchange.status != nil, "an answer without a status")
        openExchanges[number]?.isAnswered = true
    }

    /// Checks that its head was read before.
    public mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp) {
        expect(openExchanges[number]?.isAnswered == true, "a body before its head, in exchange \(number)")
        expectSeen(timestamp)
        openExchanges[number]?.body.add(bytes)
    }

    /// Checks that it was open, and that its bytes are as many as it says.
    public mutating func exchangeEnded(_ number: Int, _ exchange: Exchange) {
        guard let open = openExchanges.removeValue(forKey: number) else {
            return expect(false, "exchange \(number) ended, and is not open")
        }
        expect(
            open.body.count == exchange.bodyBytes,
            "\(exchange.bodyBytes) body bytes told, \(open.body.count) given"
        )
        expect(exchange.missingBytes >= 0, "\(exchange.missingBytes) bytes missing")
        expect(exchange.end != .complete || exchange.missingBytes == 0, "complete, with bytes missing")
        expect(
            open.isAnswered == (exchange.status != nil),
            "a status without an answer, or the other way round"
        )
        expectSeen(exchange.endedAt)
        if let respondedAt = exchange.respondedAt {
            expectSeen(respondedAt)
            _ = exchange.endedAt.duration(since: respondedAt).milliseconds
        }
        exchanges.append(ExchangeNote(number: number, exchange: exchange, body: open.body))
    }

    // MARK: - Statements

    private mutating func expectSeen(_ timestamp: Timestamp) {
        expect(earliest <= timestamp && timestamp <= latest, "a time that no packet had")
    }

    private mutating func expect(_ holds: Bool, _ statement: @autoclosure () -> String) {
        if !holds, finding == nil { finding = Finding(statement()) }
    }
}

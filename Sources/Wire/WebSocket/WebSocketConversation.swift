// One WebSocket connection that carries MQTT: frames in, control packets out. MQTT 3.1.1 §6, MQTT 5 §6.

import Traffic

/// Decodes the two directions of one WebSocket connection.
///
/// What the frames carry is read as a plain MQTT connection is: frames and packets need not begin together
/// (MQTT-6.0.0-2). Masks are taken off piece by piece in one buffer, so that no message is ever held as a whole.
struct WebSocketConversation: Sendable {
    /// What is known before the first frame.
    struct Opening: Sendable {
        /// The client's end.
        var client: Endpoint
        /// The server's end.
        var server: Endpoint
        /// Which side the client is.
        var clientSide: Side
        /// When the connection was first seen.
        var openedAt: Timestamp
        /// Whether the handshake was seen, so that no frame was missed.
        var isWhole: Bool
        /// Whether the handshake agreed on MQTT; otherwise the first bytes tell.
        var isAgreed: Bool
    }

    /// Bytes unmasked at a time.
    private static let pieceBytes = 16 << 10

    private let opening: Opening
    private var mqtt: MQTTConversation?
    private var readers = Pair(WebSocketReader())
    private var buffer: [UInt8] = []
    private var isUnreadable = false
    /// Whether it carries something else than MQTT.
    private(set) var isForeign = false

    /// Memory held.
    var cost: Int { (mqtt?.cost ?? 0) + readers[.low].cost + readers[.high].cost }

    /// A connection whose next byte begins a frame.
    init(_ opening: Opening) { self.opening = opening }

    /// Takes bytes of one direction.
    mutating func receive(
        _ chunk: RawSpan,
        from side: Side,
        at timestamp: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        let isFromClient = side == opening.clientSide
        if readers[side].isLost, WebSocketRecognition.isFromClient(chunk) == isFromClient {
            readers[side].resume()
        }
        var position = 0
        while !isForeign {
            switch readers[side].next(in: chunk, at: &position) {
            case .bytes(let range, let mask):
                pass(chunk.extracting(range), mask, side, timestamp, &ledger, &sink)
            case .unreadable:
                if !isUnreadable { ledger.losses.unreadableConnections += 1 }
                isUnreadable = true
                missMessages(of: side, &ledger)
            case .broken:
                ledger.countGap(of: 0)
                missMessages(of: side, &ledger)
            case .needsMore: return
            }
        }
    }

    /// Notes bytes that were never captured.
    mutating func undelivered(_ count: Int64, from side: Side, ledger: inout Ledger) {
        if let missing = readers[side].skipGap(of: count) {
            if missing > 0 { mqtt?.undelivered(missing, from: side, ledger: &ledger) }
        } else {
            missMessages(of: side, &ledger)
        }
    }

    /// Gives up a packet that is being put together.
    mutating func releaseMemory(of side: Side, ledger: inout Ledger) {
        mqtt?.releaseMemory(of: side, ledger: &ledger)
        buffer = []
    }

    /// Ends the connection.
    mutating func close(_ end: Connection.End, at timestamp: Timestamp, into sink: inout some WireSink) {
        mqtt?.close(end, at: timestamp, into: &sink)
    }

    // MARK: - What frames carry

    private mutating func pass(
        _ bytes: RawSpan,
        _ mask: WebSocketMask?,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        guard let mask else { return read(bytes, side, timestamp, &ledger, &sink) }
        var start = 0
        while start < bytes.byteCount {
            let end = min(start + Self.pieceBytes, bytes.byteCount)
            var piece: [UInt8] = []
            swap(&piece, &buffer)
            mask.advanced(by: Int64(start)).unmask(bytes.extracting(start..<end), into: &piece)
            read(piece.rawSpan, side, timestamp, &ledger, &sink)
            swap(&piece, &buffer)
            start = end
        }
    }

    private mutating func read(
        _ bytes: RawSpan,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        if mqtt == nil { begin(with: bytes, &ledger, &sink) }
        mqtt?.receive(bytes, from: side, at: timestamp, ledger: &ledger, into: &sink)
    }

    private mutating func begin(with bytes: RawSpan, _ ledger: inout Ledger, _ sink: inout some WireSink) {
        let verdict = MQTTRecognition.judge(bytes)
        guard opening.isAgreed || verdict != .no else {
            isForeign = true
            return
        }
        var connection = Connection(
            number: ledger.numberConnection(),
            client: opening.client,
            server: opening.server,
            openedAt: opening.openedAt
        )
        connection.startsMidStream = !opening.isWhole
        if case .yes(let version?, _) = verdict { connection.version = version }
        mqtt = MQTTConversation(
            connection,
            clientSide: opening.clientSide,
            isWhole: opening.isWhole,
            into: &sink
        )
    }

    /// Notes that messages of unknown length are missing.
    private mutating func missMessages(of side: Side, _ ledger: inout Ledger) {
        mqtt?.undelivered(.max, from: side, ledger: &ledger)
    }
}

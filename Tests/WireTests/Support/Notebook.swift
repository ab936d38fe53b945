// Writes down what a decoder hands on.

import Traffic
import Wire

/// A sink that keeps everything as values.
struct Notebook: WireSink {
    /// A control packet with copies of its parts.
    struct Packet: Hashable {
        var connection: Int
        var direction: Message.Direction
        var packet: ControlPacket
        var frame: [UInt8]
        var topic: [UInt8]
        var at: Timestamp

        /// The payload's bytes.
        var payload: [UInt8] { Array(frame[packet.payload]) }
        /// The topic as text.
        var topicText: String { String(decoding: topic, as: UTF8.self) }
        /// Kind, and topic and payload where there are any: `PUBLISH a/b hello`.
        var line: String {
            let mark = packet.isMalformed ? "!" : ""
            guard packet.kind == .publish, !packet.isMalformed else { return "\(packet.kind)\(mark)" }
            return "\(packet.kind) \(topicText) \(String(decoding: payload, as: UTF8.self))"
        }
    }

    var opened: [Connection] = []
    var introduced: [Connection] = []
    var closed: [Connection] = []
    var unreached: [UnreachedServer] = []
    var packets: [Packet] = []
    var begun: [Int: Exchange] = [:]
    var answered: [Int: Exchange] = [:]
    var bodies: [Int: [UInt8]] = [:]
    var gaps: [Int: [Int64]] = [:]
    var ended: [(number: Int, exchange: Exchange)] = []

    mutating func connectionOpened(_ connection: Connection) { opened.append(connection) }

    mutating func connectionIntroduced(_ connection: Connection) { introduced.append(connection) }

    mutating func controlPacket(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
        going direction: Message.Direction,
        at timestamp: Timestamp
    ) {
        packets.append(
            Packet(
                connection: connection.number,
                direction: direction,
                packet: packet,
                frame: frame.withUnsafeBytes { Array($0) },
                topic: topic.withUnsafeBytes { Array($0) },
                at: timestamp
            )
        )
    }

    mutating func connectionClosed(_ connection: Connection) { closed.append(connection) }

    mutating func serverUnreached(_ server: UnreachedServer) { unreached.append(server) }

    mutating func exchangeBegan(_ number: Int, _ exchange: Exchange) { begun[number] = exchange }

    mutating func exchangeAnswered(_ number: Int, _ exchange: Exchange) { answered[number] = exchange }

    mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp) {
        bodies[number, default: []] += bytes.withUnsafeBytes { Array($0) }
    }

    mutating func exchangeGap(_ number: Int, missing: Int64) { gaps[number, default: []].append(missing) }

    mutating func exchangeEnded(_ number: Int, _ exchange: Exchange) { ended.append((number, exchange)) }

    /// The control packets, one line each.
    var lines: [String] { packets.map(\.line) }

    /// The exchanges in the order of their end: `GET /a 200 5 complete`.
    var exchangeLines: [String] {
        ended.map { _, exchange in
            "\(exchange.method) \(exchange.target) \(exchange.status.map(String.init) ?? "-") "
                + "\(exchange.bodyBytes) \(exchange.end)"
        }
    }
}

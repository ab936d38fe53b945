// Takes control packets out of captures, as seeds.

import Traffic
import Wire

/// A sink that keeps the frames of the first MQTT connection, up to a limit of bytes, and all payloads.
struct FrameCollector: WireSink {
    let limit: Int
    private(set) var payloads: [[UInt8]] = []
    private var turns: [ScriptRecord] = []
    private var byteCount = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// The frames as turns of a conversation.
    var script: [UInt8] { ScriptRecord.join(turns) }

    mutating func controlPacket(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
        going direction: Message.Direction,
        at timestamp: Timestamp
    ) {
        let bytes = frame.withUnsafeBytes { Array($0) }
        if packet.kind == .publish { payloads.append(Array(bytes[packet.payload])) }
        guard connection.number == 1, byteCount + bytes.count <= limit else { return }
        byteCount += bytes.count
        // The cuts differ from turn to turn.
        let cuts = UInt8(turns.count % 8) << 1
        turns.append(ScriptRecord(how: cuts | (direction == .toBroker ? 0 : 1), when: 0, bytes: bytes[...]))
    }

    mutating func connectionOpened(_ connection: Connection) {}
    mutating func connectionIntroduced(_ connection: Connection) {}
    mutating func connectionClosed(_ connection: Connection) {}
    mutating func exchangeBegan(_ number: Int, _ exchange: Exchange) {}
    mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp) {}
    mutating func exchangeEnded(_ number: Int, _ exchange: Exchange) {}
}

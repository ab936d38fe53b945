// Tells MQTT by its bytes, at a connection's start and midway. MQTT 3.1.1 §2.

import Traffic

/// Judges whether bytes begin with an MQTT control packet.
enum MQTTRecognition {
    /// The judgement.
    enum Verdict: Hashable {
        /// They do; which version they show, and which way they go, as far as they tell.
        case yes(version: MQTTVersion?, isFromClient: Bool?)
        /// They cannot.
        case no
        /// They might, when more has arrived.
        case maybe
    }

    /// Longest topic that is believed of a stream entered midway.
    private static let plausibleTopic = 1_024

    /// Judges the first bytes of a chunk.
    static func judge(_ bytes: RawSpan) -> Verdict {
        guard bytes.byteCount > 0 else { return .maybe }
        let first = bytes.byte(at: 0)
        guard MQTTFixedHeader.isValid(firstByte: first, version: .v5) || first >> 4 == 1 else { return .no }
        guard let header = try? MQTTFixedHeader.read(bytes, at: 0) else {
            return bytes.byteCount < 5 ? .maybe : .no
        }
        switch ControlPacket.Kind(rawValue: first >> 4) ?? .reserved {
        case .connect: return judgeConnect(bytes, header)
        case .publish: return judgePublish(bytes, header)
        default: return judgeOther(bytes, header)
        }
    }

    /// The protocol name is enough: what follows is for the packet's reader to judge.
    private static func judgeConnect(_ bytes: RawSpan, _ header: MQTTFixedHeader) -> Verdict {
        let name = header.length + 2
        for (text, length) in [("MQTT", 4), ("MQIsdp", 6)] as [(StaticString, Int)]
        where bytes.byteCount >= name + length {
            if Int(bytes.uint16(at: header.length)) == length, bytes.holds(text, at: name) {
                return .yes(version: nil, isFromClient: true)
            }
        }
        let isShort = bytes.byteCount < min(header.packetLength, name + 6)
        return header.remainingLength >= 10 && isShort ? .maybe : .no
    }

    /// A whole plausible topic is enough; its first length byte is zero, which no text protocol has.
    private static func judgePublish(_ bytes: RawSpan, _ header: MQTTFixedHeader) -> Verdict {
        let start = header.length + 2
        guard bytes.byteCount >= start else { return header.remainingLength >= 3 ? .maybe : .no }
        let length = Int(bytes.uint16(at: header.length))
        guard length > 0, length <= plausibleTopic, length + 2 <= header.remainingLength else { return .no }
        let end = min(start + length, bytes.byteCount)
        for index in start..<end {
            let byte = bytes.byte(at: index)
            if byte < 0x20 || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "+") { return .no }
        }
        guard end == start + length else { return .maybe }
        return bytes.isText(in: start..<end) ? .yes(version: nil, isFromClient: nil) : .no
    }

    /// Small packets must be whole and valid; what is valid in MQTT 5 only shows the version.
    private static func judgeOther(_ bytes: RawSpan, _ header: MQTTFixedHeader) -> Verdict {
        guard header.remainingLength <= 1 << 16 else { return .no }
        guard header.packetLength <= bytes.byteCount else { return .maybe }
        for version in [MQTTVersion.v311, .v5] {
            var reader = MQTTPacketReader(
                bytes.extracting(0..<header.packetLength),
                header: header,
                version: version
            )
            reader.read()
            guard !reader.packet.isMalformed else { continue }
            return .yes(version: version == .v5 ? .v5 : nil, isFromClient: reader.packet.kind.isFromClient)
        }
        return .no
    }
}

extension ControlPacket.Kind {
    /// Whether only clients (`true`) or only brokers (`false`) send it; `nil` when both do.
    var isFromClient: Bool? {
        switch self {
        case .connect, .subscribe, .unsubscribe, .pingreq: true
        case .connack, .suback, .unsuback, .pingresp: false
        default: nil
        }
    }
}

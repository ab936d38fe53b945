// Tells MQTT in WebSocket frames by its bytes, midway. RFC 6455 §5.2, MQTT 5 §6.

/// Judges whether bytes begin with a WebSocket frame that begins with an MQTT control packet.
enum WebSocketRecognition {
    /// Payload bytes that are looked at: enough for the longest topic that is believed.
    private static let reach = 1_100

    /// Judges the first bytes of a chunk.
    ///
    /// - Returns: Whether a client sent them, since only clients mask theirs (§5.1); `nil` when they are no such frame.
    static func isFromClient(_ bytes: RawSpan) -> Bool? {
        guard let header = try? WebSocketHeader.read(bytes, at: 0), header.opcode == .binary,
            !header.isCompressed
        else { return nil }
        let end = header.length + Int(min(header.payloadLength, Int64(reach)))
        let payload = bytes.extracting(header.length..<min(end, bytes.byteCount))
        var plain: [UInt8] = []
        if let mask = header.mask {
            WebSocketMask(mask).unmask(payload, into: &plain)
        } else {
            plain.append(payload)
        }
        guard let packet = try? MQTTFixedHeader.read(plain.rawSpan, at: 0),
            Int64(packet.packetLength) <= header.payloadLength,
            case .yes = MQTTRecognition.judge(plain.rawSpan)
        else { return nil }
        return header.mask != nil
    }
}

// WebSocket handshakes and frames as bytes. RFC 6455.

/// Handshakes and frames for tests.
enum WebSocketBytes {
    /// The mask of clients' frames, unless a test says otherwise.
    static let mask: [UInt8] = [0xA1, 0x02, 0x5C, 0xFE]

    /// A client's handshake.
    static func request(subprotocol: String? = "mqtt") -> String {
        "GET /mqtt HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + (subprotocol.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? "") + "\r\n"
    }

    /// A server's agreement.
    static func response(subprotocol: String? = "mqtt") -> String {
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
            + (subprotocol.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? "") + "\r\n"
    }

    /// A frame with this first byte: 0x82 is a whole binary message.
    static func frame(_ payload: [UInt8], first: UInt8 = 0x82, mask: [UInt8]? = nil) -> [UInt8] {
        let bit: UInt8 = mask == nil ? 0 : 0x80
        var head: [UInt8] = [first]
        switch payload.count {
        case 0...125: head.append(UInt8(payload.count) | bit)
        case 126...0xFFFF: head += [126 | bit] + Frames.big(UInt16(payload.count))
        default: head += [127 | bit] + Frames.big(UInt64(payload.count))
        }
        guard let mask else { return head + payload }
        return head + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    /// A client's frame: masked.
    static func client(_ payload: [UInt8], first: UInt8 = 0x82) -> [UInt8] {
        frame(payload, first: first, mask: mask)
    }
}

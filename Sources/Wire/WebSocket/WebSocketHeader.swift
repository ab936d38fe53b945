// The head of a WebSocket frame. RFC 6455 §5.2.

/// Opcode, flags, length and mask of one frame.
struct WebSocketHeader: Hashable {
    /// Longest head in bytes.
    static let longest = 14

    /// Whether the frame is its message's last one.
    let isFinal: Bool
    /// RSV1: with permessage-deflate the message is compressed (RFC 7692 §6).
    let isCompressed: Bool
    /// What the frame is.
    let opcode: Opcode
    /// The mask of a client's frame; `nil` of a server's (§5.1).
    let mask: UInt32?
    /// Bytes of the head.
    let length: Int
    /// Bytes of payload that follow it.
    let payloadLength: Int64

    /// The opcodes that RFC 6455 defines.
    enum Opcode: UInt8, Hashable {
        case continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10

        /// Control frames stand alone, also between the frames of a message (§5.5).
        var isControl: Bool { rawValue >= 8 }
    }

    /// Reads a head.
    ///
    /// - Returns: The head; `nil` until all its bytes have arrived.
    /// - Throws: When no WebSocket frame can begin so.
    static func read(_ bytes: RawSpan, at offset: Int) throws(WireError) -> WebSocketHeader? {
        guard bytes.byteCount - offset >= 2 else { return nil }
        let first = bytes.byte(at: offset)
        let second = bytes.byte(at: offset + 1)
        guard first & 0x30 == 0, let opcode = Opcode(rawValue: first & 0x0F) else {
            throw .malformed(at: offset)
        }
        let isFinal = first & 0x80 != 0
        let short = Int64(second & 0x7F)
        // Control frames are short and whole (§5.5).
        if opcode.isControl, !isFinal || short > 125 || first & 0x40 != 0 { throw .malformed(at: offset) }
        let lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
        let maskBytes = second & 0x80 != 0 ? 4 : 0
        let length = 2 + lengthBytes + maskBytes
        guard bytes.byteCount - offset >= length else { return nil }
        return WebSocketHeader(
            isFinal: isFinal,
            isCompressed: first & 0x40 != 0,
            opcode: opcode,
            mask: maskBytes > 0 ? bytes.uint32(at: offset + length - 4) : nil,
            length: length,
            payloadLength: try payloadLength(short, in: bytes, at: offset + 2)
        )
    }

    /// A length takes no more bytes than it needs, and its highest bit is zero (§5.2).
    private static func payloadLength(_ short: Int64, in bytes: RawSpan, at offset: Int) throws(WireError)
        -> Int64
    {
        switch short {
        case 126:
            let length = Int64(bytes.uint16(at: offset))
            guard length > 125 else { throw .malformed(at: offset) }
            return length
        case 127:
            let length = bytes.uint64(at: offset)
            guard length > UInt64(UInt16.max), length <= UInt64(Int64.max) else {
                throw .malformed(at: offset)
            }
            return Int64(length)
        default: return short
        }
    }
}

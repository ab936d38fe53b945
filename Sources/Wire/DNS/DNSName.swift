// Names in DNS messages. RFC 1035 §3.1 and §4.1.4.

/// Reads names, which may go on elsewhere in their message.
enum DNSName {
    /// Bytes that a name takes at most, lengths of its labels included. RFC 1035 §2.3.4
    private static let mostBytes = 255

    /// Reads a name as text in lower case, without the last dot; empty for the root.
    ///
    /// Bytes that are no letters, digits or signs are written as `\DDD` (RFC 1035 §5.1).
    /// - Parameters:
    ///   - cursor: Where the name begins; afterwards behind it.
    ///   - bytes: The bytes that the cursor reads.
    ///   - start: Where the message begins, from which pointers count.
    /// - Returns: the name.
    /// - Throws: `.malformed` for a pointer that does not lead backwards, a name that is too long and labels of
    ///   unknown kinds; `.truncated`.
    static func read(_ cursor: inout ByteCursor, _ bytes: RawSpan, messageAt start: Int) throws(WireError)
        -> String
    {
        let origin = cursor.position
        try skip(&cursor)
        var text: [UInt8] = []
        var length = 0
        var part = ByteCursor(bytes, in: origin..<cursor.end)
        // Each pointer leads before the one before it: no loop is possible.
        var earliest = origin
        while true {
            let at = part.position
            let size = Int(try part.readUInt8())
            switch size & 0xC0 {
            case 0 where size == 0: return String(decoding: text, as: UTF8.self)
            case 0:
                length += size + 1
                guard length < mostBytes else { throw .malformed(at: at) }
                if !text.isEmpty { text.append(UInt8(ascii: ".")) }
                for index in try part.skip(size) { append(bytes.byte(at: index), to: &text) }
            case 0xC0:
                let target = start + (size & 0x3F) << 8 + Int(try part.readUInt8())
                guard target < earliest else { throw .malformed(at: at) }
                earliest = target
                part = ByteCursor(bytes, in: target..<cursor.end)
            default: throw .malformed(at: at)
            }
        }
    }

    /// Steps over a name.
    static func skip(_ cursor: inout ByteCursor) throws(WireError) {
        while true {
            let at = cursor.position
            let size = Int(try cursor.readUInt8())
            switch size & 0xC0 {
            case 0 where size == 0: return
            case 0: _ = try cursor.skip(size)
            case 0xC0:
                _ = try cursor.skip(1)
                return
            default: throw .malformed(at: at)
            }
        }
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): text.append(byte | 0x20)
        case UInt8(ascii: "."), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
        case 0x21...0x7E: text.append(byte)
        default: text += [UInt8(ascii: "\\"), 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
        }
    }
}

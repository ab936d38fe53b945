// The text of JSON strings, from bytes that the scanner has found valid.

/// Decodes the tokens of a scanned payload.
enum JSONText {
    /// The text of a string token, escapes resolved; lone surrogates become U+FFFD.
    static func string(_ token: JSONToken, in bytes: RawSpan) -> String {
        if token.kind == .plainString { return bytes.text(in: token.content) }
        return String(decoding: unescaped(token, in: bytes), as: UTF8.self)
    }

    /// The token's bytes as they stand.
    static func verbatim(_ token: JSONToken, in bytes: RawSpan) -> String {
        bytes.text(in: token.range)
    }

    /// Whether a text is exactly one JSON number.
    static func isNumber(_ text: String) -> Bool {
        var trie = PathTrie()
        let slot = trie.slot(for: [])
        var tokens = JSONScanner.Tokens(repeating: .absent)
        let isJSON = (try? JSONScanner.scan(Array(text.utf8).rawSpan, for: trie, into: &tokens)) != nil
        return isJSON && tokens[slot].kind == .number
    }

    static func isEscape(_ byte: UInt8) -> Bool {
        escapes.contains { $0.letter == byte } || byte == UInt8(ascii: "u")
    }

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The two-byte escapes of RFC 8259 §7; `/` may be escaped and need not be.
    static let escapes: [(letter: UInt8, byte: UInt8)] = [
        (UInt8(ascii: "\""), 0x22), (UInt8(ascii: "\\"), 0x5C), (UInt8(ascii: "b"), 0x08),
        (UInt8(ascii: "f"), 0x0C), (UInt8(ascii: "n"), 0x0A), (UInt8(ascii: "r"), 0x0D),
        (UInt8(ascii: "t"), 0x09), (UInt8(ascii: "/"), 0x2F),
    ]
}

// MARK: - Escapes

extension JSONText {
    /// The UTF-8 of a string token with its escapes resolved.
    static func unescaped(_ token: JSONToken, in bytes: RawSpan) -> [UInt8] {
        var output: [UInt8] = []
        var index = token.content.lowerBound
        while index < token.content.upperBound {
            let byte = bytes.byte(at: index)
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                index += 1
                continue
            }
            let letter = bytes.byte(at: index + 1)
            index += 2
            if letter == UInt8(ascii: "u") {
                output.append(contentsOf: String(scalar(in: bytes, at: &index)).utf8)
            } else {
                output.append(escapes.first { $0.letter == letter }?.byte ?? letter)
            }
        }
        return output
    }

    /// The scalar whose hex digits begin at `index`, together with a low surrogate's escape that follows.
    private static func scalar(in bytes: RawSpan, at index: inout Int) -> Unicode.Scalar {
        let unit = codeUnit(in: bytes, at: index)
        index += 4
        guard 0xD800...0xDBFF ~= unit, bytes.byte(at: index) == UInt8(ascii: "\\"),
            bytes.byte(at: index + 1) == UInt8(ascii: "u")
        else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        let low = codeUnit(in: bytes, at: index + 2)
        guard 0xDC00...0xDFFF ~= low else { return "\u{FFFD}" }
        index += 6
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private static func codeUnit(in bytes: RawSpan, at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | (hexDigit(bytes.byte(at: index + $1)) ?? 0) }
    }
}

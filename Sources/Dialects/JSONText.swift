// The text of JSON strings and the value of JSON numbers, from bytes that the scanner has found valid.

/// Decodes the tokens of a scanned payload.
package enum JSONText {
    /// Longest number that is converted; a longer one is out of any field's range.
    package static let longestNumber = 400

    /// The text of a string token, escapes resolved; lone surrogates become U+FFFD.
    package static func string(_ token: JSONToken, in bytes: [UInt8]) -> String {
        if token.kind == .plainString {
            return String(decoding: bytes[(token.start + 1)..<(token.end - 1)], as: UTF8.self)
        }
        return String(decoding: unescaped(token, in: bytes), as: UTF8.self)
    }

    /// The token's bytes as they stand.
    static func verbatim(_ token: JSONToken, in bytes: [UInt8]) -> String {
        String(decoding: bytes[token.start..<token.end], as: UTF8.self)
    }

    /// Whether a key is the wanted one; compares bytes, decodes only keys with escapes.
    static func equals(_ key: JSONToken, _ wanted: [UInt8], in bytes: [UInt8]) -> Bool {
        if key.kind == .escapedString { return unescaped(key, in: bytes) == wanted }
        return key.end - key.start - 2 == wanted.count
            && bytes[(key.start + 1)..<(key.end - 1)].elementsEqual(wanted)
    }

    /// The number as an exact integer; `nil` when it has a fraction or an exponent, or leaves 64 bits.
    package static func integer(_ text: some Collection<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        var value: Int64 = 0
        for byte in digits {
            guard isDigit(byte) else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, wrapped) = tens.addingReportingOverflow(isNegative ? -digit : digit)
            if overflowed || wrapped { return nil }
            value = sum
        }
        return digits.isEmpty ? nil : value
    }

    /// The number as a double; `nil` when it is out of range (1e400) or no number.
    package static func double(_ text: some Collection<UInt8>) -> Double? {
        guard text.count <= longestNumber, let first = text.first else { return nil }
        // Double(_:) also reads "inf", "nan" and "0x…", which JSON strings may hold.
        guard isDigit(first) || first == UInt8(ascii: "-") else { return nil }
        guard text.allSatisfy(isNumberByte) else { return nil }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// Whether a text is exactly one JSON number.
    static func isNumber(_ text: String) -> Bool {
        var trie = PathTrie()
        let slot = trie.slot(for: [])
        return (try? JSONScanner.scan(Array(text.utf8), for: trie))?[slot].kind == .number
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
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
    private static func isNumberByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || "+-.eE".utf8.contains(byte)
    }

    private static func unescaped(_ token: JSONToken, in bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var index = token.start + 1
        while index < token.end - 1 {
            guard bytes[index] == UInt8(ascii: "\\") else {
                output.append(bytes[index])
                index += 1
                continue
            }
            let letter = bytes[index + 1]
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
    private static func scalar(in bytes: [UInt8], at index: inout Int) -> Unicode.Scalar {
        let unit = codeUnit(in: bytes, at: index)
        index += 4
        guard 0xD800...0xDBFF ~= unit, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        let low = codeUnit(in: bytes, at: index + 2)
        guard 0xDC00...0xDFFF ~= low else { return "\u{FFFD}" }
        index += 6
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private static func codeUnit(in bytes: [UInt8], at index: Int) -> UInt32 {
        bytes[index..<(index + 4)].reduce(0) { $0 << 4 | (hexDigit($1) ?? 0) }
    }
}

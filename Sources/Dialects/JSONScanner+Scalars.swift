// Steps over strings, numbers and words. RFC 8259 §3, §6, §7.

extension JSONScanner {
    mutating func scanString() throws(JSONFault) -> JSONToken.Kind {
        index += 1
        var kind = JSONToken.Kind.plainString
        while true {
            skipPlainASCII()
            switch try peek() {
            case UInt8(ascii: "\""):
                index += 1
                return kind
            case UInt8(ascii: "\\"):
                kind = .escapedString
                try scanEscape()
            case 0x00...0x1F: throw fault(.unexpectedByte)
            case 0x80...0xFF: try scanMultiByte()
            default: index += 1
            }
        }
    }

    /// Steps over ASCII without quotes, backslashes and controls, eight bytes at a time while eight are left.
    @inline(__always)
    private mutating func skipPlainASCII() {
        while index + 8 <= bytes.byteCount {
            let special = Self.special(in: bytes.word(at: index))
            index += special.trailingZeroBitCount >> 3
            if special != 0 { return }
        }
    }

    /// The top bit of the first byte that is not plain; bits above that one may be set without cause.
    ///
    /// Subtracting sets a byte's top bit where the byte was smaller; the borrow disturbs only bytes that come later.
    @inline(__always)
    static func special(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ ones &* UInt64(UInt8(ascii: "\""))
        let backslashes = word ^ ones &* UInt64(UInt8(ascii: "\\"))
        let smaller = (word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)
        return (smaller & ~word | word) & tops
    }

    private mutating func scanEscape() throws(JSONFault) {
        index += 1
        let letter = try peek()
        guard JSONText.isEscape(letter) else { throw fault(.unexpectedByte) }
        index += 1
        guard letter == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard JSONText.hexDigit(try peek()) != nil else { throw fault(.unexpectedByte) }
            index += 1
        }
    }

    /// Well-formed sequences only: no overlong forms, no surrogates, nothing above U+10FFFF (Unicode table 3-7).
    private mutating func scanMultiByte() throws(JSONFault) {
        let start = index
        let (length, second): (Int, ClosedRange<UInt8>)
        switch bytes.byte(at: index) {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw fault(.notUTF8)
        }
        for offset in 1..<length {
            index = start + offset
            let allowed = offset == 1 ? second : 0x80...0xBF
            guard allowed.contains(try peek()) else { throw fault(.notUTF8) }
        }
        index = start + length
    }

    mutating func scanNumber() throws(JSONFault) -> JSONToken.Kind {
        if try peek() == UInt8(ascii: "-") { index += 1 }
        if try peek() == UInt8(ascii: "0") { index += 1 } else { try scanDigits() }
        if next == UInt8(ascii: ".") {
            index += 1
            try scanDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try scanDigits()
        }
        return .number
    }

    private mutating func scanDigits() throws(JSONFault) {
        guard JSONNumeral.isDigit(try peek()) else { throw fault(.unexpectedByte) }
        while let byte = next, JSONNumeral.isDigit(byte) { index += 1 }
    }

    mutating func scanWord(_ word: StaticString, _ kind: JSONToken.Kind) throws(JSONFault) -> JSONToken.Kind {
        for offset in 0..<word.utf8CodeUnitCount { try expect(unsafe word.utf8Start[offset]) }
        return kind
    }
}

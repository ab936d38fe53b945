// Quick steps over the values that most payloads hold. RFC 8259 §3, §6, §7.

/// Steps over plain strings, decimals and words; what is rarer is left to `JSONScanner`.
enum JSONScalar {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Steps over the value at the index.
    /// - Returns: its kind; `.absent` where none stands, or one with an escape, an exponent or a letter beyond ASCII.
    @inline(__always)
    static func step(over bytes: RawSpan, _ index: inout Int) -> JSONToken.Kind {
        guard index < bytes.byteCount else { return .absent }
        switch bytes.byte(at: index) {
        case UInt8(ascii: "\""): return stepString(bytes, &index) ? .plainString : .absent
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return stepNumber(bytes, &index) ? .number : .absent
        case UInt8(ascii: "t"): return stepWord(bytes, &index, "true") ? .true : .absent
        case UInt8(ascii: "f"): return stepWord(bytes, &index, "false") ? .false : .absent
        case UInt8(ascii: "n"): return stepWord(bytes, &index, "null") ? .null : .absent
        default: return .absent
        }
    }

    @inline(__always)
    private static func stepString(_ bytes: RawSpan, _ index: inout Int) -> Bool {
        var end = index + 1
        while end + 8 <= bytes.byteCount {
            let special = JSONScanner.special(in: bytes.word(at: end))
            end += special.trailingZeroBitCount >> 3
            if special == 0 { continue }
            index = end + 1
            return bytes.byte(at: end) == UInt8(ascii: "\"")
        }
        while end < bytes.byteCount {
            let byte = bytes.byte(at: end)
            end += 1
            if byte == UInt8(ascii: "\"") {
                index = end
                return true
            }
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\\") { return false }
        }
        return false
    }

    @inline(__always)
    private static func stepNumber(_ bytes: RawSpan, _ index: inout Int) -> Bool {
        if bytes.byte(at: index) == UInt8(ascii: "-") { index += 1 }
        let start = index
        stepDigits(bytes, &index)
        // A zero stands alone, so that no number has two spellings of its whole part.
        if index == start || index > start + 1 && bytes.byte(at: start) == UInt8(ascii: "0") { return false }
        guard index < bytes.byteCount else { return true }
        if bytes.byte(at: index) == UInt8(ascii: ".") {
            index += 1
            let fraction = index
            stepDigits(bytes, &index)
            if index == fraction { return false }
        }
        return index == bytes.byteCount || bytes.byte(at: index) | 0x20 != UInt8(ascii: "e")
    }

    /// Steps over digits, eight bytes at a time while eight are left.
    @inline(__always)
    private static func stepDigits(_ bytes: RawSpan, _ index: inout Int) {
        while index + 8 <= bytes.byteCount {
            let others = nonDigits(in: bytes.word(at: index))
            index += others.trailingZeroBitCount >> 3
            if others != 0 { return }
        }
        while index < bytes.byteCount, JSONNumeral.isDigit(bytes.byte(at: index)) { index += 1 }
    }

    /// Some bit of the first byte that is no digit; bits above that byte may be set without cause.
    ///
    /// A digit's upper half is 3 and still is when 6 is added; a carry disturbs only bytes that come later.
    @inline(__always)
    static func nonDigits(in word: UInt64) -> UInt64 {
        let halves = ones &* 0xF0, threes = ones &* 0x30
        return (word & halves ^ threes) | ((word &+ ones &* 6) & halves ^ threes)
    }

    /// The number that eight digits spell, the first of them in the lowest byte.
    @inline(__always)
    static func value(ofDigits word: UInt64) -> Int64 {
        // Neighbours are joined: to four numbers of two digits, to two of four, to one.
        let digits = word & (ones &* 0x0F)
        let pairs = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
        let quads = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
        return Int64(truncatingIfNeeded: (quads &* 10_000 &+ quads >> 32) & 0xFFFF_FFFF)
    }

    @inline(__always)
    private static func stepWord(_ bytes: RawSpan, _ index: inout Int, _ word: StaticString) -> Bool {
        guard index + word.utf8CodeUnitCount <= bytes.byteCount else { return false }
        for offset in 0..<word.utf8CodeUnitCount
        where unsafe bytes.byte(at: index + offset) != word.utf8Start[offset] {
            return false
        }
        index += word.utf8CodeUnitCount
        return true
    }
}

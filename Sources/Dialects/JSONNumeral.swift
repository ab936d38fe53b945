// The value of JSON numbers, straight from their bytes. RFC 8259 §6.

/// Reads numerals; whatever is no number, or out of range, is `nil`.
enum JSONNumeral {
    /// Longest number that is converted; a longer one is out of any field's range.
    static let longest = 400

    /// The number as an exact integer; `nil` when it has a fraction or an exponent, or leaves 64 bits.
    static func integer(_ text: RawSpan) -> Int64? {
        let isNegative = text.byteCount > 0 && text.byte(at: 0) == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        if index == text.byteCount { return nil }
        var value: Int64 = 0
        if text.byteCount - index >= 8, JSONScalar.nonDigits(in: text.word(at: index)) == 0 {
            value = JSONScalar.value(ofDigits: text.word(at: index))
            if isNegative { value = -value }
            index += 8
        }
        while index < text.byteCount {
            let digit = text.byte(at: index) &- UInt8(ascii: "0")
            if digit > 9 { return nil }
            let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, wrapped) = tens.addingReportingOverflow(isNegative ? -Int64(digit) : Int64(digit))
            if overflowed || wrapped { return nil }
            value = sum
            index += 1
        }
        return value
    }

    /// The number as the nearest double; `nil` when it is out of range (1e400) or no number.
    static func double(_ text: RawSpan) -> Double? {
        // A whole number of 53 bits is a double; a zero may have a sign.
        if let whole = integer(text), whole != 0, whole.magnitude <= 1 << 53 { return Double(whole) }
        return exactDouble(text) ?? correctlyRoundedDouble(text)
    }

    /// Whether the number is spelled with more than digits and a sign.
    static func hasFractionOrExponent(_ text: RawSpan) -> Bool {
        for index in 0..<text.byteCount where ".eE".utf8.contains(text.byte(at: index)) { return true }
        return false
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// The standard library's conversion, for the few numbers that one operation does not give exactly.
    private static func correctlyRoundedDouble(_ text: RawSpan) -> Double? {
        guard text.byteCount > 0, text.byteCount <= longest else { return nil }
        let first = text.byte(at: 0)
        // Double(_:) also reads "inf", "nan" and "0x…", which JSON strings may hold.
        guard isDigit(first) || first == UInt8(ascii: "-") else { return nil }
        for index in 0..<text.byteCount where !isNumberByte(text.byte(at: index)) { return nil }
        guard let value = Double(text.text(in: 0..<text.byteCount)), value.isFinite else { return nil }
        return value
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || "+-.eE".utf8.contains(byte)
    }
}

// MARK: - Exact doubles

extension JSONNumeral {
    /// Powers of ten that are doubles themselves.
    private static let powers: InlineArray<23, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The number where its digits and its power of ten are doubles: one operation then rounds once, as it should.
    ///
    /// After Clinger, "How to read floating point numbers accurately" (1990). `nil` for any other text, number or not.
    private static func exactDouble(_ text: RawSpan) -> Double? {
        var index = 0
        let isNegative = skips(UInt8(ascii: "-"), in: text, at: &index)
        var significand = Digits()
        guard significand.take(from: text, at: &index) else { return nil }
        var exponent = 0
        if skips(UInt8(ascii: "."), in: text, at: &index) {
            let start = index
            guard significand.take(from: text, at: &index) else { return nil }
            exponent = start - index
        }
        if skips(UInt8(ascii: "e"), in: text, at: &index) || skips(UInt8(ascii: "E"), in: text, at: &index) {
            let isBelow = skips(UInt8(ascii: "-"), in: text, at: &index)
            if !isBelow { _ = skips(UInt8(ascii: "+"), in: text, at: &index) }
            var stated = Digits()
            guard stated.take(from: text, at: &index), stated.value < 1_000 else { return nil }
            exponent += isBelow ? -stated.value : stated.value
        }
        guard index == text.byteCount, significand.value <= 1 << 53, exponent.magnitude < powers.count
        else { return nil }
        let power = powers[Int(exponent.magnitude)]
        let magnitude = exponent < 0 ? Double(significand.value) / power : Double(significand.value) * power
        return isNegative ? -magnitude : magnitude
    }

    private static func skips(_ byte: UInt8, in text: RawSpan, at index: inout Int) -> Bool {
        guard index < text.byteCount, text.byte(at: index) == byte else { return false }
        index += 1
        return true
    }

    /// Digits that fit 64 bits; zeros in front count as well.
    private struct Digits {
        /// Fewer digits than this cannot overflow.
        static let limit = 19

        var value = 0
        var count = 0

        /// Takes the digits at the index; `false` when there are none, or too many in all.
        mutating func take(from text: RawSpan, at index: inout Int) -> Bool {
            let start = index
            while index < text.byteCount, JSONNumeral.isDigit(text.byte(at: index)) {
                if count == Self.limit - 1 { return false }
                value = value * 10 + Int(text.byte(at: index) - UInt8(ascii: "0"))
                count += 1
                index += 1
            }
            return index > start
        }
    }
}

// Where our payload scanner and Foundation's readers differ, and why. RFC 8259.

import Dialects

/// A difference that is meant.
enum JSONDifference {
    /// Foundation steps over a byte order mark, which senders must not add (§8.1): we refuse it.
    case byteOrderMark
    /// Foundation takes NULs among the first four bytes for UTF-16 or UTF-32; only UTF-8 is interchanged (§8.1).
    case guessedEncoding
    /// Foundation takes a comma before a closing bracket, which the grammar has not (§4, §5).
    case trailingComma
    /// We read 64 levels, Foundation 512; both may bound them (§9).
    case depth
    /// The escape of half a surrogate pair is within the grammar (§8.2): we read U+FFFD, Foundation refuses it.
    case loneSurrogate
    /// A number beyond a double is within the grammar (§6): we leave it to the field that wants it, Foundation refuses it.
    case number
    /// Zero with an exponent (`0e1`) is within the grammar (§6), and JSONSerialization takes it; JSONDecoder refuses some.
    case zeroWithExponent

    /// Whether a text of ours is what Foundation reads, the mark apart that it may take from the front of any text.
    ///
    /// A byte order mark is one at the front of a document only (§8.1): within a string U+FEFF is a character.
    /// Compared by scalars: Swift takes differently composed letters for equal.
    static func isEqual(_ ours: String, _ theirs: String) -> Bool {
        if theirs.unicodeScalars.elementsEqual(ours.unicodeScalars) { return true }
        return ours.unicodeScalars.first == "\u{FEFF}"
            && theirs.unicodeScalars.elementsEqual(ours.unicodeScalars.dropFirst())
    }

    /// The difference that a document shows; `nil` when none explains that we refuse or accept it.
    static func explaining(_ input: [UInt8], _ refusal: ScannedPayload.Refusal?) -> JSONDifference? {
        guard let refusal else {
            if hasLoneSurrogate(input) { return .loneSurrogate }
            if hasNumeral(input, where: { Double($0)?.isFinite == false }) { return .number }
            return hasNumeral(input, where: isZeroWithExponent) ? .zeroWithExponent : nil
        }
        if refusal.isByteOrderMark { return .byteOrderMark }
        if input.prefix(4).contains(0) { return .guessedEncoding }
        if refusal.isDepth { return .depth }
        guard refusal.at < input.count,
            input[refusal.at] == UInt8(ascii: "]") || input[refusal.at] == UInt8(ascii: "}")
        else {
            return nil
        }
        let last = input[..<refusal.at].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return last == UInt8(ascii: ",") ? .trailingComma : nil
    }

    /// Whether a text of the document, a key perhaps, begins with U+FEFF, written as it is or escaped.
    static func hasMarkedText(_ input: [UInt8]) -> Bool {
        let marks = [[0x22, 0xEF, 0xBB, 0xBF], Array(#""\ufeff"#.utf8)]
        return input.indices.contains { start in
            marks.contains { mark in
                input[start...].starts(with: mark) { $0 == $1 || ($0 | 0x20) == $1 }
            }
        }
    }

    /// Whether a valid document holds the escape of half a surrogate pair.
    private static func hasLoneSurrogate(_ input: [UInt8]) -> Bool {
        var index = 0
        while index < input.count {
            guard input[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            switch unit(input, at: index) {
            case (0xD800...0xDBFF)?:
                guard case (0xDC00...0xDFFF)? = unit(input, at: index + 6) else { return true }
                index += 12
            case (0xDC00...0xDFFF)?: return true
            default: index += 2
            }
        }
        return false
    }

    /// The code unit of an escape `\uXXXX`; `nil` when there is none.
    private static func unit(_ input: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= input.count, input[index] == UInt8(ascii: "\\") else { return nil }
        guard input[index + 1] == UInt8(ascii: "u") else { return nil }
        return UInt32(String(decoding: input[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
    }

    /// Whether a numeral is zero with an exponent.
    static func isZeroWithExponent(_ numeral: String) -> Bool {
        Double(numeral) == 0 && numeral.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") }
    }

    /// Whether a valid document holds such a numeral, inside strings or not.
    private static func hasNumeral(_ input: [UInt8], where isSuch: (String) -> Bool) -> Bool {
        let numerals = input.split { !("+-.eE".utf8.contains($0) || (0x30...0x39).contains($0)) }
        return numerals.contains { isSuch(String(decoding: $0, as: UTF8.self)) }
    }
}

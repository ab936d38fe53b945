// A value found in a JSON payload, as a range of its bytes.

/// Where a wanted value stands in a payload.
struct JSONToken: Hashable {
    /// What the value is.
    enum Kind: UInt8, Hashable {
        /// No value was found at the wanted path.
        case absent
        case null
        case `true`
        case `false`
        case number
        /// A string without escapes: its bytes are its text.
        case plainString
        /// A string with at least one escape.
        case escapedString
        case object
        case array
        /// Text without quotes: a payload that is no JSON, or a part of it.
        case bareText
    }

    // Kind, length and offset in one word: an MQTT packet ends before 2^28 bytes (MQTT 3.1.1 §2.2.3).
    private let word: UInt64

    /// No value.
    static let absent = JSONToken(.absent, in: 0..<0)

    @inline(__always)
    init(_ kind: Kind, in range: Range<Int>) {
        word =
            UInt64(truncatingIfNeeded: range.lowerBound) << 32
            | UInt64(truncatingIfNeeded: range.count) << 4 | UInt64(kind.rawValue)
    }

    /// What was found.
    @inline(__always)
    var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: word & 0xF)) ?? .absent }

    @inline(__always)
    private var lowerBound: Int { Int(truncatingIfNeeded: word >> 32) }

    /// How many bytes the value has, quotes and brackets included.
    @inline(__always)
    var byteCount: Int { Int(truncatingIfNeeded: word >> 4 & 0xFFF_FFFF) }

    /// The value's bytes, quotes and brackets included.
    @inline(__always)
    var range: Range<Int> { lowerBound..<(lowerBound + byteCount) }

    /// The bytes between a string's quotes.
    @inline(__always)
    var content: Range<Int> { lowerBound + 1..<lowerBound + byteCount - 1 }

    /// Whether it is a string, a number or a word.
    var isScalar: Bool { kind != .absent && kind != .object && kind != .array }

    /// Whether it is a string, with or without escapes.
    var isString: Bool { kind == .plainString || kind == .escapedString }

    /// `null` counts as absent: both platforms omit what they do not know (dialects.md §3.1).
    var isPresent: Bool { kind != .absent && kind != .null }
}

extension JSONToken.Kind {
    /// The kind in the words of an unknown event's reason.
    var name: String {
        switch self {
        case .absent: "nothing"
        case .null: "null"
        case .true, .false: "boolean"
        case .number: "number"
        case .plainString, .escapedString: "string"
        case .object: "object"
        case .array: "array"
        case .bareText: "text"
        }
    }
}

/// Where and why bytes are not a JSON document.
struct JSONFault: Error, Hashable {
    /// What is wrong.
    enum Problem: String, Hashable {
        case byteOrderMark = "byte order mark"
        case endsEarly = "ends too early"
        case unexpectedByte = "unexpected byte"
        case notUTF8 = "not UTF-8"
        case tooDeep = "nested too deep"
        case trailingBytes = "bytes after the value"
        case tooLong = "too long"
    }

    /// Offset of the first byte that does not fit.
    var at: Int
    var problem: Problem
}

extension JSONFault: CustomStringConvertible {
    var description: String { "invalid JSON at byte \(at): \(problem.rawValue)" }
}

// A value found in a JSON payload, as a slice of its bytes.

/// Where a wanted value stands in a payload.
package struct JSONToken: Hashable {
    /// What the value is.
    package enum Kind: UInt8, Hashable {
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
    }

    package var kind = Kind.absent
    /// First byte of the value, quotes included.
    package var start = 0
    /// One past the last byte of the value.
    package var end = 0

    /// `null` counts as absent: both platforms omit what they do not know (dialects.md §3.1).
    var isPresent: Bool { kind != .absent && kind != .null }

    /// The kind in the words of an unknown event's reason.
    var kindName: String {
        switch kind {
        case .absent: "nothing"
        case .null: "null"
        case .true, .false: "boolean"
        case .number: "number"
        case .plainString, .escapedString: "string"
        case .object: "object"
        case .array: "array"
        }
    }
}

/// Where and why bytes are not a JSON document.
package struct JSONFault: Error, Hashable {
    /// What is wrong.
    package enum Problem: String, Hashable {
        case byteOrderMark = "byte order mark"
        case endsEarly = "ends too early"
        case unexpectedByte = "unexpected byte"
        case notUTF8 = "not UTF-8"
        case tooDeep = "nested too deep"
        case trailingBytes = "bytes after the value"
    }

    /// Offset of the first byte that does not fit.
    package var at: Int
    package var problem: Problem
}

extension JSONFault: CustomStringConvertible {
    package var description: String { "invalid JSON at byte \(at): \(problem.rawValue)" }
}

// What the payload scanner makes of any payload, for those who check it.

/// The values that the scanner finds at paths of a payload, as the fields of a message would be given them.
package struct ScannedPayload {
    /// Why a payload is refused.
    package struct Refusal: Error, Hashable {
        /// What is wrong, in words.
        package var reason: String
        /// Offset of the first byte that does not fit.
        package var at: Int
        /// Whether only its depth speaks against it.
        package var isDepth: Bool
        /// Whether only its byte order mark speaks against it.
        package var isByteOrderMark: Bool
    }

    /// A value as fields read it.
    package enum Value: Hashable {
        case absent, null, object, array
        case flag(Bool)
        /// The numeral's bytes; its value as a double and as a whole number, where it has them.
        case number(Range<Int>, double: Double?, integer: Int64?)
        /// The string's bytes, quotes included, and its text.
        case text(Range<Int>, String)
    }

    /// Most paths that can be asked for at once.
    package static let pathLimit = PathTrie.slotLimit
    /// Deepest nesting that is read.
    package static let depthLimit = JSONScanner.depthLimit
    /// Longest numeral that has a value.
    package static let longestNumeral = JSONNumeral.longest

    /// The values by path, in the order of the paths.
    package let values: [Value]

    /// Scans a payload for distinct paths.
    package init(_ payload: [UInt8], paths: [[String]] = []) throws(Refusal) {
        var trie = PathTrie()
        var slots: [Int] = []
        for path in paths { slots.append(trie.slot(for: path.map(JSONStep.key))) }
        var tokens = JSONScanner.Tokens(repeating: .absent)
        do throws(JSONFault) {
            try JSONScanner.scan(payload.rawSpan, for: trie, into: &tokens)
        } catch {
            throw Refusal(
                reason: error.description,
                at: error.at,
                isDepth: error.problem == .tooDeep,
                isByteOrderMark: error.problem == .byteOrderMark
            )
        }
        var values: [Value] = []
        for slot in slots { values.append(Self.value(of: tokens[slot], in: payload.rawSpan)) }
        self.values = values
    }

    private static func value(of token: JSONToken, in payload: RawSpan) -> Value {
        switch token.kind {
        case .absent: return .absent
        case .null: return .null
        case .object: return .object
        case .array: return .array
        case .true, .false: return .flag(token.kind == .true)
        case .plainString, .escapedString, .bareText:
            return .text(token.range, JSONText.string(token, in: payload))
        case .number:
            let numeral = payload.extracting(token.range)
            return .number(
                token.range,
                double: JSONNumeral.double(numeral),
                integer: JSONNumeral.integer(numeral)
            )
        }
    }
}

// Compares a payload's values with a definition's literals, byte by byte.

extension ValueReader {
    /// Whether a value equals one of the definition's literals.
    func matches(_ token: JSONToken, anyOf literals: Range<Int>) -> Bool {
        for index in literals where matches(token, plan.literals[index]) { return true }
        return false
    }

    /// Whether a value equals a definition's literal; numbers compare by value, texts by their UTF-8.
    func matches(_ token: JSONToken, _ literal: ReadingPlan.Value) -> Bool {
        switch literal {
        case .null: !token.isPresent
        case .flag(let wanted): (try? flag(token, 0)) == wanted
        case .number(let wanted): double(token) == wanted
        case .text(let wanted): isText(token) && spells(token, wanted)
        }
    }

    /// Whether a value reads as text.
    func isText(_ token: JSONToken) -> Bool {
        switch token.kind {
        case .plainString, .escapedString: true
        case .number, .true, .false: plan.coerces
        default: false
        }
    }

    /// Whether a text is one of the definition's, which stands in a range of the plan's texts.
    func spells(_ token: JSONToken, _ wanted: Range<Int>) -> Bool {
        let texts = plan.texts
        let wanted = texts.rawSpan.extracting(wanted)
        switch token.kind {
        case .plainString: return bytes.holds(wanted, in: token.content)
        case .escapedString:
            let unescaped = JSONText.unescaped(token, in: bytes)
            return unescaped.rawSpan.holds(wanted, in: unescaped.indices)
        default: return bytes.holds(wanted, in: token.range)
        }
    }

    /// `true` and `false` in any ASCII case; `nil` for any other text.
    func spelledFlag(_ range: Range<Int>) -> Bool? {
        if isSpelled("true", in: range) { return true }
        return isSpelled("false", in: range) ? false : nil
    }

    private func isSpelled(_ word: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count
        where unsafe bytes.byte(at: range.lowerBound + offset) | 0x20 != word.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The number of a token; `nil` when it is none.
    func double(_ token: JSONToken) -> Double? {
        numeral(token).flatMap { JSONNumeral.double(bytes.extracting($0)) }
    }

    /// Where the characters of a number stand, or of a string where the dialect coerces; `nil` for any other token.
    func numeral(_ token: JSONToken) -> Range<Int>? {
        switch token.kind {
        case .number: token.range
        case .plainString where plan.coerces: token.content
        default: nil
        }
    }

    /// The text of a string, or of a value that stands for one.
    func text(_ token: JSONToken) -> String {
        token.isString ? JSONText.string(token, in: bytes) : JSONText.verbatim(token, in: bytes)
    }
}

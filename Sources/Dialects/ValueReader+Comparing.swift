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
        isText(token, coerces: coerces)
    }

    /// Whether a value reads as text where numbers and words stand in for it, or do not.
    func isText(_ token: JSONToken, coerces: Bool) -> Bool {
        switch token.kind {
        case .plainString, .escapedString, .bareText: true
        case .number, .true, .false: coerces
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

    /// Whether a text is this one.
    func spells(_ token: JSONToken, _ text: String) -> Bool {
        withText(of: token) { bytes, range in
            var index = range.lowerBound
            if range.count != text.utf8.count { return false }
            for byte in text.utf8 {
                if bytes.byte(at: index) != byte { return false }
                index += 1
            }
            return true
        }
    }

    /// Whether a text is one of the definition's, with or without ASCII case.
    func spells(_ token: JSONToken, _ wanted: Range<Int>, foldsCase: Bool) -> Bool {
        if !foldsCase { return spells(token, wanted) }
        let wanted = plan.texts[wanted]
        return withText(of: token) { text, range in
            guard range.count == wanted.count else { return false }
            for offset in 0..<range.count
            where TextTemplate.folded(text.byte(at: range.lowerBound + offset))
                != TextTemplate.folded(wanted[wanted.startIndex + offset])
            {
                return false
            }
            return true
        }
    }

    /// Whether a text fits one of the templates of the plan's conditions.
    func fits(_ token: JSONToken, _ templates: Range<Int>) -> Bool {
        guard token.isString || token.kind == .bareText else { return false }
        return withText(of: token) { text, range in
            var none = JSONScanner.Tokens(repeating: .absent)
            return templates.contains { plan.testTemplates[$0].matches(text, in: range, into: &none) }
        }
    }

    /// Whether two values are equal: as numbers where both are, otherwise as texts.
    func areEqual(_ one: JSONToken, _ other: JSONToken) -> Bool {
        guard one.isPresent, other.isPresent else { return false }
        if one.kind == .number, other.kind == .number { return double(one) == double(other) }
        guard one.isScalar, other.isScalar else { return false }
        return text(one) == text(other)
    }

    /// The bytes of a token's text, escapes resolved.
    private func withText(of token: JSONToken, _ body: (RawSpan, Range<Int>) -> Bool) -> Bool {
        switch token.kind {
        case .plainString: return body(bytes, token.content)
        case .escapedString:
            let unescaped = JSONText.unescaped(token, in: bytes)
            return body(unescaped.rawSpan, unescaped.indices)
        default: return body(bytes, token.range)
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
        case .plainString where coerces: token.content
        // Text has no types.
        case .bareText: token.range
        default: nil
        }
    }

    /// The text of a string, or of a value that stands for one.
    func text(_ token: JSONToken) -> String {
        token.isString ? JSONText.string(token, in: bytes) : JSONText.verbatim(token, in: bytes)
    }
}

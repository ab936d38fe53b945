// Spells values of an event's fields as JSON, in the form that a field rule asks for.

internal import Traffic

/// Writes values in one dialect's style.
struct ValueWriter {
    let style: JSONStyle

    /// The value as a JSON literal in the field's unit and form.
    func literal(_ value: EventValue, for rule: FieldRule) -> [UInt8] {
        switch value {
        case .text(let text):
            if let word = word(.text(text), rule) { return spelled(word) }
            return style.string(text)
        case .integer(let count): return integer(count, rule)
        case .number(let number): return numeral(number / (rule.unit?.factor ?? 1), rule)
        case .duration(let length): return count(length.wholeNanoseconds, rule)
        case .flag(let flag): return word(.flag(flag), rule).map(spelled) ?? style.literal(.flag(flag))
        case .time(let time): return self.time(time, rule)
        case .digest(let digest):
            return style.string(rule.algorithm == nil ? digest.prefixedText : digest.bareText)
        }
    }

    /// The value as a text without quotes.
    func text(_ value: EventValue, for rule: FieldRule) -> [UInt8] {
        switch value {
        case .text(let text): Array((word(.text(text), rule)?.text ?? text).utf8)
        case .digest(let digest): Array(digest.prefixedText.utf8)
        case .flag(let flag): Array((word(.flag(flag), rule)?.text ?? (flag ? "true" : "false")).utf8)
        case .time(let time): timeText(time, rule).map { Array($0.utf8) } ?? literal(value, for: rule)
        default: literal(value, for: rule)
        }
    }

    /// The value in the kind that the recorded token had: an id that was a number stays one where it can.
    func literal(_ value: EventValue, for rule: FieldRule, like token: JSONToken) -> [UInt8] {
        if token.kind == .bareText { return text(value, for: rule) }
        if token.kind == .number, case .text(let text) = value, isNumeral(text) { return Array(text.utf8) }
        let literal = literal(value, for: rule)
        guard token.isString, literal.first != UInt8(ascii: "\"") else { return literal }
        return [UInt8(ascii: "\"")] + literal + [UInt8(ascii: "\"")]
    }

    /// The first word with that meaning; `*` stands for words that nobody knows.
    private func word(_ meaning: FieldRule.Word.Meaning, _ rule: FieldRule) -> FieldRule.Word? {
        rule.words.first { $0.meaning == meaning && !$0.isAny }
    }

    private func spelled(_ word: FieldRule.Word) -> [UInt8] {
        word.isNumber ? Array(word.text.utf8) : style.string(word.text)
    }

    private func integer(_ count: Int64, _ rule: FieldRule) -> [UInt8] {
        let factor = rule.unit?.factor ?? 1
        if factor == 1 { return Array(String(count).utf8) }
        let (whole, rest) = count.quotientAndRemainder(dividingBy: Int64(factor))
        return rest == 0 ? Array(String(whole).utf8) : numeral(Double(count) / factor, rule)
    }

    private func time(_ time: Timestamp, _ rule: FieldRule) -> [UInt8] {
        if rule.unit == .epoch { return Array(String(time.nanoseconds / 1_000_000).utf8) }
        if let text = timeText(time, rule) { return style.string(text) }
        return count(time.nanoseconds, rule, isTime: true)
    }

    private func timeText(_ time: Timestamp, _ rule: FieldRule) -> String? {
        switch rule.unit {
        case .iso, .isoUTC: ISOTime.pythonText(time)
        case .compactISO: ISOTime.compactText(time)
        default: nil
        }
    }

    /// Nanoseconds in the field's unit; whole counts stay whole, instants are cut to whole units.
    private func count(_ nanoseconds: Int64, _ rule: FieldRule, isTime: Bool = false) -> [UInt8] {
        let unit = rule.unit?.nanoseconds ?? 1
        let (count, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit)
        if isTime || rest == 0 && (rule.decimals ?? 0) == 0 { return Array(String(count).utf8) }
        return numeral(Double(nanoseconds) / Double(unit), rule)
    }

    /// The shortest decimal form, rounded to the rule's decimals; with decimals it always has a fraction (`10.0`).
    private func numeral(_ value: Double, _ rule: FieldRule) -> [UInt8] {
        guard value.isFinite else { return style.literal(.null) }
        let rounded = value.rounded(decimals: rule.decimals)
        if (rule.decimals ?? 0) == 0, let whole = Int64(exactly: rounded) { return Array(String(whole).utf8) }
        return Array(rounded.description.utf8)
    }

    private func isNumeral(_ text: String) -> Bool {
        JSONNumeral.integer(Array(text.utf8).rawSpan) != nil && (text == "0" || !text.hasPrefix("0"))
            && !text.hasPrefix("-")
    }
}

private extension Double {
    /// The nearest value with that many decimals, half to even; itself without a limit.
    func rounded(decimals: Int?) -> Double {
        guard let decimals else { return self }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = self * scale
        // Beyond 2^53 there is no fraction left to round.
        return scaled.magnitude < 9_007_199_254_740_992 ? scaled.rounded(.toNearestOrEven) / scale : self
    }
}

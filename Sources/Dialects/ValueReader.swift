// Turns the tokens of one payload into values of an event's fields.

internal import Traffic

/// Reads the values of one scanned payload.
///
/// A dialect that coerces reads numbers from strings, integers from fractions (cut), flags from words and numbers, and
/// text from numbers without loss, as the platform of dialect B does (dialects.md §3.1). One that does not refuses
/// them, as the platform of dialect A does (§2: a float in an integer field drops the message).
struct ValueReader {
    let bytes: [UInt8]
    let tokens: JSONScanner.Tokens
    let coerces: Bool

    /// The field's value; `nil` when the payload does not state it.
    func value(of rule: FieldRule) throws(Misfit) -> EventValue? {
        guard let target = rule.target else { return nil }
        guard let place = place(of: rule) else {
            if rule.isRequired { throw Misfit(field: rule.name, "missing") }
            return rule.defaultFlag.map(EventValue.flag)
        }
        let field = Field(token: tokens[place.slot], name: place.name)
        if let constant = rule.constant, !matches(field.token, constant) {
            throw Misfit(field: field.name, "unexpected \(excerpt(field.token))")
        }
        switch target.valueType {
        case .text: return .text(try text(field))
        case .integer: return try whole(field).map(EventValue.integer)
        case .number: return try number(field, isWhole: rule.decimals == 0).map(EventValue.number)
        case .rate: return try rate(field, rule).map(EventValue.number)
        case .duration: return try duration(field, rule).map(EventValue.duration)
        case .flag: return try flag(field, words: rule.words).map(EventValue.flag)
        case .time: return time(field, rule).map(EventValue.time)
        case .digest: return .digest(try digest(field, rule))
        }
    }

    /// The first of the field's places that holds a value.
    func place(of rule: FieldRule) -> FieldRule.Place? {
        rule.places.first { place in
            let token = tokens[place.slot]
            return token.isPresent && !rule.absentValues.contains { matches(token, $0) }
        }
    }

    /// Whether a value equals a definition's literal; numbers compare by value.
    func matches(_ token: JSONToken, _ literal: Literal) -> Bool {
        switch literal {
        case .null: !token.isPresent
        case .flag(let flag): (try? self.flag(Field(token: token, name: ""), words: [])) == flag
        case .number(let wanted):
            numeral(token).flatMap(JSONText.double).map { $0 == Double(wanted) } ?? false
        case .text(let wanted): (try? text(Field(token: token, name: ""))) == wanted
        }
    }

    /// The number of a token, for numeric conditions; `nil` when it is none.
    func double(_ token: JSONToken) -> Double? {
        numeral(token).flatMap(JSONText.double)
    }
}

// MARK: - Types

extension ValueReader {
    /// A token with the name that misfits give it.
    struct Field {
        var token: JSONToken
        var name: String
    }

    private func text(_ field: Field) throws(Misfit) -> String {
        switch field.token.kind {
        case .plainString, .escapedString: return JSONText.string(field.token, in: bytes)
        case .number, .true, .false:
            guard coerces else { throw mismatch(field, expected: "string") }
            return JSONText.verbatim(field.token, in: bytes)
        default: throw mismatch(field, expected: "string")
        }
    }

    /// A boolean, or one of the enumeration's words.
    func flag(_ field: Field, words: [FieldRule.Word]) throws(Misfit) -> Bool? {
        if !words.isEmpty {
            let text = try text(field)
            if let word = words.first(where: { $0.text == text || $0.text == "*" }) { return word.flag }
            throw Misfit(field: field.name, "unexpected \(excerpt(field.token))")
        }
        switch field.token.kind {
        case .true: return true
        case .false: return false
        case .number where coerces: return double(field.token) != 0
        case .plainString where coerces: return try spelledFlag(field)
        default: throw mismatch(field, expected: "boolean")
        }
    }

    private func spelledFlag(_ field: Field) throws(Misfit) -> Bool? {
        switch JSONText.string(field.token, in: bytes).lowercased() {
        case "true": return true
        case "false": return false
        case "": return nil
        default: throw mismatch(field, expected: "boolean")
        }
    }

    private func whole(_ field: Field) throws(Misfit) -> Int64? {
        guard let numeral = numeral(field.token) else { throw mismatch(field, expected: "integer") }
        if numeral.isEmpty { return nil }
        if let value = JSONText.integer(numeral) { return value }
        guard numeral.contains(where: { ".eE".utf8.contains($0) }) else {
            throw JSONText.double(numeral) == nil && field.token.kind != .number
                ? mismatch(field, expected: "integer") : Misfit(field: field.name, "number out of range")
        }
        guard coerces else {
            throw Misfit(field: field.name, "expected integer, got \(excerpt(field.token))")
        }
        guard let value = try finite(numeral, field).flatMap({ Int64(exactly: $0.rounded(.towardZero)) })
        else {
            throw Misfit(field: field.name, "number out of range")
        }
        return value
    }

    private func number(_ field: Field, isWhole: Bool) throws(Misfit) -> Double? {
        if isWhole && !coerces { return try whole(field).map(Double.init) }
        guard let numeral = numeral(field.token) else { throw mismatch(field, expected: "number") }
        return try finite(numeral, field)
    }

    private func rate(_ field: Field, _ rule: FieldRule) throws(Misfit) -> Double? {
        let factor = rule.unit?.bytesPerSecondFactor ?? 1
        guard let value = try number(field, isWhole: rule.decimals == 0) else { return nil }
        guard (value * factor).isFinite else { throw Misfit(field: field.name, "number out of range") }
        return value * factor
    }

    private func duration(_ field: Field, _ rule: FieldRule) throws(Misfit) -> Duration? {
        guard let value = try number(field, isWhole: rule.decimals == 0) else { return nil }
        let factor = rule.unit?.nanoseconds ?? 1
        guard let nanoseconds = nanoseconds(value, exactly: numeral(field.token), factor: factor) else {
            throw Misfit(field: field.name, "number out of range")
        }
        return .nanoseconds(nanoseconds)
    }

    /// The claimed time; `nil` also when it is unreadable: a wrong clock must not hide the message.
    private func time(_ field: Field, _ rule: FieldRule) -> Timestamp? {
        guard let factor = rule.unit?.nanoseconds else {
            return (try? text(field)).flatMap(ISOTime.timestamp)
        }
        guard let numeral = numeral(field.token), let value = JSONText.double(numeral) else { return nil }
        return nanoseconds(value, exactly: numeral, factor: factor).map(Timestamp.init(nanoseconds:))
    }

    private func digest(_ field: Field, _ rule: FieldRule) throws(Misfit) -> DeclaredDigest {
        let text = try text(field)
        guard let algorithm = rule.algorithm else { return DeclaredDigest(prefixed: text) }
        let token = tokens[algorithm.slot]
        guard token.isPresent else { return DeclaredDigest(prefixed: text) }
        return DeclaredDigest(
            bare: text,
            algorithm: try self.text(Field(token: token, name: algorithm.name))
        )
    }
}

// MARK: - Numerals and reasons

extension ValueReader {
    /// The characters of a number, or of a string where the dialect coerces; `nil` for any other token.
    private func numeral(_ token: JSONToken) -> ArraySlice<UInt8>? {
        switch token.kind {
        case .number: bytes[token.start..<token.end]
        case .plainString where coerces: bytes[(token.start + 1)..<(token.end - 1)]
        default: nil
        }
    }

    /// The numeral's value; `nil` for the empty string, which the coercing platform takes for absent.
    private func finite(_ numeral: ArraySlice<UInt8>, _ field: Field) throws(Misfit) -> Double? {
        if numeral.isEmpty { return nil }
        if let value = JSONText.double(numeral) { return value }
        throw field.token.kind == .number
            ? Misfit(field: field.name, "number out of range") : mismatch(field, expected: "number")
    }

    private func nanoseconds(_ value: Double, exactly numeral: ArraySlice<UInt8>?, factor: Int64) -> Int64? {
        if let count = numeral.flatMap(JSONText.integer) {
            let (product, overflowed) = count.multipliedReportingOverflow(by: factor)
            return overflowed ? nil : product
        }
        return Int64(exactly: (value * Double(factor)).rounded())
    }

    private func mismatch(_ field: Field, expected: String) -> Misfit {
        Misfit(field: field.name, "expected \(expected), got \(field.token.kindName)")
    }

    /// The value's own bytes, cut to what a reason can carry.
    private func excerpt(_ token: JSONToken) -> String {
        let text = JSONText.verbatim(token, in: bytes)
        return text.count > 40 ? text.prefix(40) + "…" : text
    }
}

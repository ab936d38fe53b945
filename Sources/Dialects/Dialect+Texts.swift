// Writes payloads that are no objects: texts, and single values.

internal import Traffic

extension Dialect {
    /// The text that states the event: the first of the message's that reads back as the same case.
    func text(
        of event: UpgradeEvent,
        under rule: MessageRule,
        _ matching: MessageRule.Case
    ) throws(DialectError) -> [UInt8] {
        let writer = ValueWriter(style: style)
        let fixed = (matching.writes.map(\.literal) + (matching.condition?.literals ?? []).map(\.literal))
            .map(Self.text)
        let templates = rule.templates.compactMap { template in
            template.text { field in
                guard let value = event.value(of: field) else { return nil }
                let written = rule.fields.first { $0.target == field }
                return writer.text(value, for: written ?? FieldRule(target: field, places: []))
            }
        }
        let whole = rule.fields.filter { $0.belongs(to: event.kind) }.compactMap { field in
            field.places.contains { $0.scope == .payload }
                ? field.target.flatMap(event.value(of:)).map { writer.text($0, for: field) }
                    ?? field.written.map(Self.text) : nil
        }
        let fillers = (matching.condition?.fillers ?? []).map { Self.text($0.literal) }
        let candidates = fixed + templates + whole + fillers + (rule.templates.isEmpty ? [[]] : [])
        guard let index = rules.firstIndex(where: { $0.name == rule.name }) else { return [] }
        for candidate in candidates where plans[index].reads(candidate, as: matching, of: rule) {
            return candidate
        }
        throw .missing(
            rule: rule.name,
            field: rule.fields.first { $0.isRequired }?.target?.rawValue ?? "text"
        )
    }

    /// The payload as one value, where a field or a case of the event stands at `.`; `nil` where it is an object.
    func bareValue(
        of event: UpgradeEvent,
        under rule: MessageRule,
        _ matching: MessageRule.Case
    ) -> [UInt8]? {
        let isRoot = { (place: FieldRule.Place) in place.path.isEmpty && place.scope == .payload }
        let spelled =
            matching.writes.filter(\.path.isEmpty).map(\.literal)
            + (matching.condition?.literals ?? []).filter { isRoot($0.place) }.map(\.literal)
        if let literal = spelled.first { return bare(literal, in: rule.form) }
        let writer = ValueWriter(style: style)
        // A field that may stand at a key is written there.
        for field in rule.fields
        where field.places.first.map(isRoot) ?? false && field.belongs(to: event.kind) {
            guard let value = field.target.flatMap(event.value(of:)) else { continue }
            return rule.form == .any ? writer.text(value, for: field) : writer.literal(value, for: field)
        }
        return (matching.condition?.fillers ?? []).first { isRoot($0.place) }
            .map { bare($0.literal, in: rule.form) }
    }

    private func bare(_ literal: Literal, in form: PayloadForm) -> [UInt8] {
        form == .any ? Self.text(literal) : style.literal(literal)
    }

    private static func text(_ literal: Literal) -> [UInt8] {
        if case .text(let text) = literal { return Array(text.utf8) }
        return JSONStyle.compact.literal(literal)
    }
}

private extension ReadingPlan {
    /// Whether a text fits the message, and of its cases this one.
    func reads(_ text: [UInt8], as matching: MessageRule.Case, of rule: MessageRule) -> Bool {
        var tokens = JSONScanner.Tokens(repeating: .absent)
        guard (try? scan(text.rawSpan, into: &tokens)) != nil,
            let index = try? ValueReader(text.rawSpan, tokens.span, under: self).matchingCase()
        else { return false }
        let read = rule.cases[index]
        return read.kind == matching.kind && read.isOK == matching.isOK && read.code == matching.code
    }
}

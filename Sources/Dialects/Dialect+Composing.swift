// Writes an event as a message of the dialect.

extension Dialect {
    /// The message that states `event`, in this dialect's form.
    ///
    /// The rule is `event.rule`, or the first that can say `event.kind` when `rule` is empty. Fields come in the
    /// definition's order; absent ones are omitted unless the definition gives a constant.
    /// - Throws: when no rule can say it, or an id that the topic or the payload needs is absent or unfit.
    public func compose(_ event: UpgradeEvent) throws(DialectError) -> Composition {
        let (rule, matching) = try rule(for: event)
        return Composition(
            topic: try topic(of: event, under: rule),
            payload: style.object(try object(of: event, under: rule, matching))
        )
    }

    /// The topic made from the event's ids with one template.
    func topic(
        of event: UpgradeEvent,
        with pattern: TopicPattern,
        of rule: String
    ) throws(DialectError) -> String {
        try pattern.topic { (capture) throws(DialectError) -> String in
            let field = capture.field
            guard case .text(let id) = event.value(of: field) else {
                throw .missing(rule: rule, field: field.rawValue)
            }
            let isFit = !id.isEmpty && !id.utf8.contains { "/+#\0".utf8.contains($0) }
            guard isFit else { throw .unfitForTopic(rule: rule, field: field.rawValue, value: id) }
            return id
        }
    }

    private func rule(for event: UpgradeEvent) throws(DialectError) -> (MessageRule, MessageRule.Case) {
        if !event.rule.isEmpty, direction(of: event.rule) == nil {
            throw .noSuchRule(dialect: name, rule: event.rule)
        }
        for rule in rules where event.rule.isEmpty || event.rule == rule.name {
            if let matching = rule.cases.first(where: { $0.states(event) }) { return (rule, matching) }
        }
        throw .inexpressible(dialect: name, rule: event.rule, kind: event.kind)
    }

    /// The first template that a gateway stands in exactly when the event has one.
    private func topic(of event: UpgradeEvent, under rule: MessageRule) throws(DialectError) -> String {
        let fitting = rule.topics.first { $0.captures.contains(.gateway) == (event.gatewayID != nil) }
        guard let pattern = fitting ?? rule.topics.first else {
            throw .missing(rule: rule.name, field: "topic")
        }
        return try topic(of: event, with: pattern, of: rule.name)
    }

    private func object(
        of event: UpgradeEvent,
        under rule: MessageRule,
        _ matching: MessageRule.Case
    ) throws(DialectError) -> JSONObject {
        var object = JSONObject()
        let fixed = matching.literals
        let omitted = matching.condition?.omissions ?? []
        let writer = ValueWriter(style: style)
        for field in rule.fields {
            guard let path = field.places.first?.path, !omitted.contains(path) else { continue }
            if object.contains(path[...]) { continue }
            if let write = fixed.first(where: { $0.path == path }) {
                object.insert(style.literal(write.literal), at: path[...])
            } else if let literal = literal(of: field, in: event, by: writer) {
                object.insert(literal, at: path[...])
                insertAlgorithm(of: field, in: event, into: &object)
            }
        }
        for write in fixed { object.insert(style.literal(write.literal), at: write.path[...]) }
        let absent = rule.fields.first {
            $0.isRequired && !object.contains(($0.places.first?.path ?? [])[...])
        }
        if let absent { throw .missing(rule: rule.name, field: absent.target?.rawValue ?? absent.name) }
        return object
    }

    /// The field's constant, its value in the event, or what stands in for an absent one.
    private func literal(of field: FieldRule, in event: UpgradeEvent, by writer: ValueWriter) -> [UInt8]? {
        if let constant = field.constant { return style.literal(constant) }
        if let value = field.target.flatMap(event.value(of:)) { return writer.literal(value, for: field) }
        return field.written.map(style.literal)
    }

    private func insertAlgorithm(
        of field: FieldRule,
        in event: UpgradeEvent,
        into object: inout JSONObject
    ) {
        guard let place = field.algorithm, let digest = event.digest else { return }
        object.insert(style.string(digest.algorithm), at: place.path[...])
    }
}

private extension MessageRule.Case {
    /// What the case writes: its own values, then the literals of its condition.
    var literals: [Write] {
        writes + (condition?.literals ?? []).map { Write(path: $0.path, literal: $0.literal) }
    }
}

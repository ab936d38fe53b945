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
            payload: try payload(of: event, under: rule, matching)
        )
    }

    /// The topic made from the event's ids with one template.
    func topic(
        of event: UpgradeEvent,
        with pattern: TopicPattern,
        of rule: MessageRule
    ) throws(DialectError) -> String {
        // Where the payload names a device behind the topic's, the topic is its gateway's.
        let isGateways = rule.fields.contains(where: \.isOverTopic) && !pattern.captures.contains(.gateway)
        return try pattern.topic { (capture, isTail) throws(DialectError) -> String in
            // The number of an exchange is the client's own affair; any will do.
            guard let captured = capture.field else { return "1" }
            let field = captured == .deviceID && isGateways && event.gatewayID != nil ? .gatewayID : captured
            let id: String
            switch event.value(of: field) {
            case .text(let text): id = text
            case .integer(let index): id = String(index)
            default: throw .missing(rule: rule.name, field: field.rawValue)
            }
            let isFit = !id.isEmpty && !id.utf8.contains { (isTail ? "+#\0" : "/+#\0").utf8.contains($0) }
            guard isFit else { throw .unfitForTopic(rule: rule.name, field: field.rawValue, value: id) }
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
        return try topic(of: event, with: pattern, of: rule)
    }

    private func payload(
        of event: UpgradeEvent,
        under rule: MessageRule,
        _ matching: MessageRule.Case
    ) throws(DialectError) -> [UInt8] {
        switch rule.form {
        case .text: return try text(of: event, under: rule, matching)
        case .binary:
            // The bytes were never kept; what is written has their number.
            let count = rule.fields.first { $0.origin == .length }?.target.flatMap(event.value(of:))
            guard case .integer(let count)? = count else { return [] }
            return [UInt8](repeating: 0, count: Int(clamping: min(max(count, 0), Self.longestFiller)))
        case .json, .any:
            if let bare = bareValue(of: event, under: rule, matching) { return bare }
            return style.value(try object(of: event, under: rule, matching))
        }
    }

    /// Most bytes that are made up for a binary payload.
    private static let longestFiller: Int64 = 1 << 20

    private func object(
        of event: UpgradeEvent,
        under rule: MessageRule,
        _ matching: MessageRule.Case
    ) throws(DialectError) -> JSONDraft {
        var inner = JSONDraft.object([])
        var outer = JSONDraft.object([])
        let fixed = matching.spelled
        let omitted = matching.condition?.omissions ?? []
        let writer = ValueWriter(style: style)
        func insert(_ bytes: [UInt8], at place: FieldRule.Place) {
            if place.scope == .root {
                outer.insert(.literal(bytes), at: place.path[...])
            } else {
                inner.insert(.literal(bytes), at: place.path[...])
            }
        }
        func holds(_ place: FieldRule.Place) -> Bool {
            (place.scope == .root ? outer : inner).contains(place.path[...])
        }
        let fields = rule.fields.filter { field in
            field.belongs(to: event.kind) && !(field.target == .phase && rule.isPhaseOfBand(event))
        }
        for field in fields {
            guard let place = field.places.first, !omitted.contains(place), !holds(place) else { continue }
            if let write = fixed.first(where: { $0.place.path == place.path && $0.place.scope == place.scope }
            ) {
                insert(style.literal(write.literal), at: place)
            } else if let literal = literal(of: field, in: event, by: writer) {
                insert(literal, at: place)
                if let algorithm = field.algorithm, let digest = event.digest {
                    insert(style.string(digest.algorithm), at: algorithm)
                }
            }
        }
        for write in fixed + (matching.condition?.fillers ?? []) {
            insert(style.literal(write.literal), at: write.place)
        }
        let absent = fields.first { field in field.isRequired && !field.places.contains(where: holds) }
        if let absent { throw .missing(rule: rule.name, field: absent.target?.rawValue ?? absent.name) }
        guard let each = rule.each else { return inner }
        if each.path.isEmpty { return .array([inner]) }
        outer.insert(.array([inner]), at: each.path[...])
        return outer
    }

    /// The field's constant, its value in the event, or what stands in for an absent one.
    func literal(of field: FieldRule, in event: UpgradeEvent, by writer: ValueWriter) -> [UInt8]? {
        if let constant = field.constant { return style.literal(constant) }
        if let value = field.target.flatMap(event.value(of:)) { return writer.literal(value, for: field) }
        return field.written.map(style.literal)
    }
}

private extension MessageRule.Case {
    /// What the case writes: its own values, then the literals of its condition.
    var spelled: [Condition.Spelled] {
        writes.map { write in
            Condition.Spelled(
                place: FieldRule.Place(path: write.path, slot: MessageRule.rootSlot),
                literal: write.literal
            )
        } + (condition?.literals ?? [])
    }
}

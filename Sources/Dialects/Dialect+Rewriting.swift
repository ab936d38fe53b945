// Puts new ids, URLs, digests, sizes and times into a recorded message.

public import Traffic

extension Dialect {
    /// The recorded message with only the mapped fields that differ from `event` replaced.
    ///
    /// Every other byte stays: unknown keys, order, spacing. Fields that the payload lacks are not added, and
    /// fields that are `nil` in the event stay as they are; so does a payload that is not JSON. The topic is made
    /// anew from the event's ids with the template that fitted.
    /// - Throws: when no topic of this dialect fits, or an id cannot stand in the topic.
    public func rewrite(_ message: Message, to event: UpgradeEvent) throws(DialectError) -> Composition {
        guard let (rule, pattern, claim) = claim(on: message.topic.rawSpan) else {
            throw .foreignTopic(dialect: name, topic: String(decoding: message.topic, as: UTF8.self))
        }
        return Composition(
            topic: try topic(of: event, with: pattern.pinned(to: message.topic.rawSpan), of: rules[rule]),
            payload: rewritten(message, to: event, under: claim, rules[rule])
        )
    }

    private func rewritten(
        _ message: Message,
        to event: UpgradeEvent,
        under claim: TopicClaim,
        _ rule: MessageRule
    ) -> [UInt8] {
        let payload = message.payload.rawSpan
        let plan = claim.plan
        guard let tokens = plan.tokens(of: payload, stating: event.kind) else { return message.payload }
        let reader = ValueReader(payload, tokens.span, under: plan)
        guard let recorded = recorded(message, under: claim, stating: event.kind) else {
            return message.payload
        }
        var edits: [Edit] = []
        for (field, step) in zip(rule.fields.filter { $0.target != nil }, plan.steps) {
            guard let value = event.value(of: step.target) else { continue }
            // A payload that contradicts its topic keeps doing so until the id itself changes.
            if recorded.value(of: step.target) == value { continue }
            // Two fields may share a key (status and code); the first that changed it has said all.
            edits += self.edits(of: field, step, to: value, in: reader).filter { edit in
                !edits.contains { $0.range == edit.range }
            }
        }
        var output = message.payload
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            output.replaceSubrange(edit.range, with: edit.bytes)
        }
        return output
    }

    /// The recorded event that is rewritten: of several the first of the kind.
    private func recorded(
        _ message: Message,
        under claim: TopicClaim,
        stating kind: UpgradeEvent.Kind
    ) -> UpgradeEvent? {
        var (texts, shapes) = (TextMemory(), ShapeMemory())
        let reading = claim.read(
            message.payload.rawSpan,
            at: message.recordedAt,
            on: ClientLeg(clientID: message.clientID, direction: message.direction),
            remembering: &texts,
            as: 0,
            &shapes
        )
        if claim.plan.fanOut == nil { return reading.event }
        return ([reading.event].compactMap(\.self) + reading.further).first { $0.kind == kind }
    }

    /// What must change where the field stands in the payload; nothing when it says the same.
    private func edits(
        of field: FieldRule,
        _ step: ReadingPlan.Step,
        to value: EventValue,
        in reader: borrowing ValueReader
    ) -> [Edit] {
        guard let token = standing(field, step, in: reader) else { return [] }
        let recorded = try? reader.value(of: step)
        if recorded == value { return [] }
        let writer = ValueWriter(style: style)
        guard case .digest(var digest) = value else {
            return [Edit(token, writer.literal(value, for: field, like: token))]
        }
        if case .digest(let old) = recorded { digest.adoptForm(of: old) }
        let edit = Edit(token, writer.literal(.digest(digest), for: field))
        guard let algorithm = step.algorithm else { return [edit] }
        return [edit] + algorithmEdit(to: digest, at: reader.tokens[Int(algorithm)], in: reader)
    }

    /// The value that the field has in the payload, or one that stands for "absent".
    private func standing(
        _ field: FieldRule,
        _ step: ReadingPlan.Step,
        in reader: borrowing ValueReader
    ) -> JSONToken? {
        if let slot = reader.slot(of: step) { return reader.tokens[slot] }
        for place in field.places where reader.tokens[place.slot].kind != .absent {
            return reader.tokens[place.slot]
        }
        return nil
    }

    /// The algorithm's change; its spelling (`MD5`, `md5`) stays when it names the same one.
    private func algorithmEdit(
        to digest: DeclaredDigest,
        at token: JSONToken,
        in reader: borrowing ValueReader
    ) -> [Edit] {
        guard token.isString else { return [] }
        let recorded = JSONText.string(token, in: reader.bytes)
        let isSame = DeclaredDigest(bare: "", algorithm: recorded).algorithm == digest.algorithm
        return isSame ? [] : [Edit(token, style.string(digest.algorithm))]
    }
}

/// Bytes to put in the place of a value.
private struct Edit {
    var range: Range<Int>
    var bytes: [UInt8]

    init(_ token: JSONToken, _ bytes: [UInt8]) {
        range = token.range
        self.bytes = bytes
    }
}

private extension ReadingPlan {
    /// The tokens of a payload, or of the first of its elements that states an event of the kind.
    func tokens(of payload: RawSpan, stating kind: UpgradeEvent.Kind) -> JSONScanner.Tokens? {
        var tokens = JSONScanner.Tokens(repeating: .absent)
        guard (try? scan(payload, into: &tokens)) != nil else { return nil }
        guard let fanOut else { return tokens }
        let array = tokens[fanOut.arraySlot]
        guard array.kind == .array else { return nil }
        let found = JSONScanner.elements(
            of: array,
            in: payload,
            for: trie,
            beside: tokens,
            limit: FanOut.limit
        )
        return found.tokens.first { tokens in
            let reader = ValueReader(payload, tokens.span, under: self)
            return (try? reader.matchingCase()).map { cases[$0].kind } == kind
        }
    }
}

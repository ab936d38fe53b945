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
        guard let claim = claim(on: message.topic) else {
            throw .foreignTopic(dialect: name, topic: String(decoding: message.topic, as: UTF8.self))
        }
        return Composition(
            topic: try topic(of: event, with: claim.pattern, of: claim.rule.name),
            payload: rewritten(message, to: event, under: claim)
        )
    }

    private func rewritten(_ message: Message, to event: UpgradeEvent, under claim: Claim) -> [UInt8] {
        guard let reader = try? reader(of: message.payload, under: claim.rule) else { return message.payload }
        let recorded = self.event(of: message, under: claim)
        var edits: [Edit] = []
        for field in claim.rule.fields {
            guard let target = field.target, let value = event.value(of: target) else { continue }
            // A payload that contradicts its topic keeps doing so until the id itself changes.
            if recorded.value(of: target) == value { continue }
            // Two fields may share a key (status and code); the first that changed it has said all.
            edits += self.edits(of: field, to: value, in: reader).filter { edit in
                !edits.contains { $0.range == edit.range }
            }
        }
        var output = message.payload
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            output.replaceSubrange(edit.range, with: edit.bytes)
        }
        return output
    }

    /// What must change where the field stands in the payload; nothing when it says the same.
    private func edits(of field: FieldRule, to value: EventValue, in reader: ValueReader) -> [Edit] {
        guard let token = standing(field, in: reader) else { return [] }
        let recorded = try? reader.value(of: field)
        if recorded == value { return [] }
        let writer = ValueWriter(style: style)
        guard case .digest(var digest) = value else {
            return [Edit(token, writer.literal(value, for: field, like: token))]
        }
        if case .digest(let old) = recorded { digest.adoptForm(of: old) }
        let edit = Edit(token, writer.literal(.digest(digest), for: field))
        return [edit] + (field.algorithm.map { algorithmEdit(to: digest, at: $0, in: reader) } ?? [])
    }

    /// The value that the field has in the payload, or one that stands for "absent".
    private func standing(_ field: FieldRule, in reader: ValueReader) -> JSONToken? {
        let place = reader.place(of: field) ?? field.places.first { reader.tokens[$0.slot].kind != .absent }
        return place.map { reader.tokens[$0.slot] }
    }

    /// The algorithm's change; its spelling (`MD5`, `md5`) stays when it names the same one.
    private func algorithmEdit(
        to digest: DeclaredDigest,
        at place: FieldRule.Place,
        in reader: ValueReader
    ) -> [Edit] {
        let token = reader.tokens[place.slot]
        guard token.kind == .plainString || token.kind == .escapedString else { return [] }
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
        range = token.start..<token.end
        self.bytes = bytes
    }
}

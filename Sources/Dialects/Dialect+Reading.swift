// Reads a message into an event.

internal import Traffic

extension Dialect {
    /// A message with the rule and the template that claim its topic.
    struct Claim {
        var rule: MessageRule
        var pattern: TopicPattern
        var levels: TopicLevels
    }

    /// The rule that claims a topic; `nil` when none does.
    func claim(on topic: [UInt8]) -> Claim? {
        topics.match(topic).map {
            Claim(rule: rules[$0.entry.rule], pattern: $0.entry.pattern, levels: $0.levels)
        }
    }

    /// The event of a claimed message.
    func event(of message: Message, under claim: Claim) -> UpgradeEvent {
        let bare = bareEvent(of: message, under: claim)
        do {
            return try filled(bare, from: message.payload, under: claim.rule)
        } catch {
            var unknown = bare
            unknown.reason = error.reason
            return unknown
        }
    }

    /// The scanned payload; where any payload fits, one that is not JSON reads as an empty object.
    func reader(of payload: [UInt8], under rule: MessageRule) throws(Misfit) -> ValueReader {
        do {
            let tokens = try JSONScanner.scan(payload, for: rule.trie)
            return ValueReader(bytes: payload, tokens: tokens, coerces: coerces)
        } catch {
            guard rule.takesAnyPayload else { throw Misfit(error.description) }
            let nothing = JSONScanner.Tokens(repeating: JSONToken())
            return ValueReader(bytes: payload, tokens: nothing, coerces: coerces)
        }
    }

    /// What the topic alone tells.
    private func bareEvent(of message: Message, under claim: Claim) -> UpgradeEvent {
        var event = UpgradeEvent(
            kind: .unknown,
            recordedAt: message.recordedAt,
            dialect: name,
            rule: claim.rule.name,
            deviceID: ""
        )
        for capture in claim.pattern.captures {
            let id = claim.pattern.captured(capture, of: claim.levels, in: message.topic)
            if let id { event.set(capture.field, to: .text(id)) }
        }
        return event
    }

    private func filled(
        _ bare: UpgradeEvent,
        from payload: [UInt8],
        under rule: MessageRule
    ) throws(Misfit) -> UpgradeEvent {
        let reader = try reader(of: payload, under: rule)
        let root = reader.tokens[MessageRule.rootSlot]
        if root.kind != .object && !rule.takesAnyPayload {
            throw Misfit("expected a JSON object, got \(root.kindName)")
        }
        let matching = try rule.matchingCase(in: reader)
        var event = bare
        event.kind = matching.kind
        for field in rule.fields { try fill(&event, with: field, from: reader) }
        if event.deviceID.isEmpty { throw Misfit("no device id in topic or payload") }
        event.isOK = matching.isOK ?? event.isOK
        event.isSoft = matching.isSoft
        event.code = matching.code ?? event.code
        if event.kind == .result, event.isOK == false {
            event.claimedFailure = .claimed(code: event.code, reason: event.reason, among: failures)
        }
        return event
    }

    /// Reads one field into the event; what the topic told stays, whatever the payload says (dialects.md §3.1).
    private func fill(
        _ event: inout UpgradeEvent,
        with field: FieldRule,
        from reader: ValueReader
    ) throws(Misfit) {
        guard let target = field.target else { return }
        do {
            guard let value = try reader.value(of: field) else { return }
            let isIdentity = TopicCapture.allCases.contains { $0.field == target }
            if isIdentity, event.value(of: target) != nil { return }
            event.set(target, to: value)
        } catch {
            guard field.isLenient, reader.place(of: field) != nil else { throw error }
            event.reason = event.reason ?? error.reason
        }
    }
}

// Reads a payload into the event that a topic began.

internal import Traffic

extension TopicClaim {
    /// Reads a payload into the bare event; where it does not fit, the event stays bare and has the reason.
    /// - Returns: whether the payload fits.
    func fill(_ event: inout UpgradeEvent, from payload: RawSpan, _ texts: inout TextPool) -> Bool {
        do throws(Misfit) {
            try fillFitting(&event, from: payload, &texts)
            return true
        } catch {
            event = bareEvent(at: event.recordedAt)
            event.reason = error.reason(in: plan, payload)
            return false
        }
    }

    private func fillFitting(
        _ event: inout UpgradeEvent,
        from payload: RawSpan,
        _ texts: inout TextPool
    ) throws(Misfit) {
        var tokens = JSONScanner.Tokens(repeating: .absent)
        try plan.scan(payload, into: &tokens)
        let reader = ValueReader(payload, tokens.span, under: plan)
        let root = reader.tokens[MessageRule.rootSlot].kind
        if root != .object && !plan.takesAnyPayload { throw .notAnObject(root) }
        let matching = try reader.matchingCase()
        event.kind = plan.cases[matching].kind
        for index in plan.steps.indices { try fill(&event, plan.steps[index], from: reader, &texts) }
        if event.deviceID.isEmpty { throw .noDevice }
        event.isOK = plan.cases[matching].isOK ?? event.isOK
        event.isSoft = plan.cases[matching].isSoft
        event.code = plan.cases[matching].code ?? event.code
        if event.kind == .result, event.isOK == false {
            event.claimedFailure = .claimed(code: event.code, reason: event.reason, among: plan.failures)
        }
    }

    /// Reads one field into the event; what the topic told stays, whatever the payload says (dialects.md §3.1).
    private func fill(
        _ event: inout UpgradeEvent,
        _ step: ReadingPlan.Step,
        from reader: borrowing ValueReader,
        _ texts: inout TextPool
    ) throws(Misfit) {
        do throws(Misfit) {
            if step.isIdentity, event.states(step.target) {
                guard let slot = try reader.standingSlot(of: step) else { return }
                return try reader.requireText(reader.tokens[slot], slot)
            }
            if let value = try reader.value(of: step, &texts) { event.set(step.target, to: value) }
        } catch {
            guard step.isLenient, reader.slot(of: step) != nil else { throw error }
            event.reason = event.reason ?? error.reason(in: plan, reader.bytes)
        }
    }
}

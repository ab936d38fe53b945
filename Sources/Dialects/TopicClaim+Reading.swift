// Reads a payload into the event that a topic begins.

internal import Traffic

extension TopicClaim {
    /// Reads a payload; where it does not fit, the event holds what the topic tells, and the reason.
    ///
    /// The claim's texts are remembered at `place`.
    /// - Returns: the event, and whether the payload fits.
    func read(
        _ payload: RawSpan,
        at time: Timestamp,
        remembering memory: inout TextMemory,
        as place: Int,
        _ shapes: inout ShapeMemory
    ) -> (event: UpgradeEvent, fits: Bool) {
        do throws(Misfit) {
            return (try fittingEvent(payload, at: time, &memory, place, &shapes), true)
        } catch {
            var texts = texts
            texts.reason = error.reason(in: plan, payload)
            return (UpgradeEvent(kind: .unknown, recordedAt: time, sharing: SharedTexts(texts)), false)
        }
    }

    private func fittingEvent(
        _ payload: RawSpan,
        at time: Timestamp,
        _ memory: inout TextMemory,
        _ place: Int,
        _ shapes: inout ShapeMemory
    ) throws(Misfit) -> UpgradeEvent {
        var tokens = JSONScanner.Tokens(repeating: .absent)
        try plan.read(payload, into: &tokens, &shapes, of: rule)
        let reader = ValueReader(payload, tokens.span, under: plan)
        let root = reader.tokens[MessageRule.rootSlot].kind
        if root != .object && !plan.takesAnyPayload { throw .notAnObject(root) }
        let matching = try reader.matchingCase()
        var event = UpgradeEvent(kind: plan.cases[matching].kind, recordedAt: time, sharing: .none)
        var texts = texts
        let isLenient = try fill(&event, &texts, from: reader)
        texts.code = plan.cases[matching].code ?? texts.code
        // A reason made of what did not fit belongs to this message alone.
        if !isLenient, let known = memory.texts(readBy: reader, matching, at: place) {
            event.share(known)
        } else {
            event.share(SharedTexts(texts))
            if !isLenient { memory.remember(event.shared, readBy: reader, matching, of: rule, at: place) }
        }
        plan.conclude(&event, matching)
        return event
    }

    /// Reads every field; what the topic told stays, whatever the payload says (dialects.md §3.1).
    /// - Returns: whether a field was left out because its value did not fit.
    private func fill(
        _ event: inout UpgradeEvent,
        _ texts: inout EventTexts,
        from reader: borrowing ValueReader
    ) throws(Misfit) -> Bool {
        var isLenient = false
        for step in plan.steps {
            do throws(Misfit) {
                if step.isIdentity, texts.states(step.target) {
                    guard let slot = try reader.standingSlot(of: step) else { continue }
                    try reader.requireText(reader.tokens[slot], slot)
                } else if let value = try reader.value(of: step) {
                    if step.isShared {
                        texts.set(step.target, to: value)
                    } else {
                        event.set(step.target, to: value)
                    }
                }
            } catch {
                try forgive(error, step, from: reader)
                texts.reason = texts.reason ?? error.reason(in: plan, reader.bytes)
                isLenient = true
            }
        }
        if texts.deviceID.isEmpty { throw .noDevice }
        return isLenient
    }

    /// Throws on, unless the definition lets the field be left out.
    private func forgive(
        _ error: Misfit,
        _ step: ReadingPlan.Step,
        from reader: borrowing ValueReader
    ) throws(Misfit) {
        guard step.isLenient, reader.slot(of: step) != nil else { throw error }
    }
}

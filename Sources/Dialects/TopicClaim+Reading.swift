// Reads a payload into the events that a topic begins.

internal import Traffic

extension TopicClaim {
    /// Reads a payload; where it does not fit, the event holds what the topic tells, and the reason.
    ///
    /// The claim's texts are remembered at `place`.
    func read(
        _ payload: RawSpan,
        at time: Timestamp,
        on leg: ClientLeg?,
        remembering memory: inout TextMemory,
        as place: Int,
        _ shapes: inout ShapeMemory
    ) -> ClaimReading {
        do throws(Misfit) {
            if let fanOut = plan.fanOut { return try readElements(payload, fanOut, at: time, on: leg) }
            var tokens = JSONScanner.Tokens(repeating: .absent)
            let hasKnownShape = try plan.read(payload, into: &tokens, &shapes, of: rule)
            let strangers = hasKnownShape || !plan.isStrict ? [] : plan.known.strangers(in: payload)
            // A shape that is learned tells of no stranger.
            if !hasKnownShape, strangers.isEmpty { shapes.learn(payload, of: rule, tokens.span) }
            let reader = ValueReader(payload, tokens.span, under: plan)
            var draft = EventDraft(at: time, texts: texts)
            guard try fill(&draft, from: reader, on: leg) else { return .foreign }
            if !strangers.isEmpty { draft.note(.unexpectedFields, KnownPaths.sentence(strangers)) }
            finish(&draft, from: reader, &memory, place)
            return ClaimReading(event: draft.event)
        } catch {
            return ClaimReading(event: unknown(error, payload, at: time), fits: false)
        }
    }

    /// The event of a payload that does not fit.
    func unknown(_ error: Misfit, _ payload: RawSpan, at time: Timestamp) -> UpgradeEvent {
        var texts = texts
        texts.reason = error.reason(in: plan, payload)
        return UpgradeEvent(kind: .unknown, recordedAt: time, sharing: SharedTexts(texts))
    }

    /// Fills in what the tokens of a payload, or of one of its elements, state.
    /// - Returns: `false` where that is not the dialect's business.
    func fill(
        _ draft: inout EventDraft,
        from reader: borrowing ValueReader,
        on leg: ClientLeg?
    ) throws(Misfit) -> Bool {
        let root = reader.tokens[MessageRule.rootSlot].kind
        if plan.needsObject, root != .object { throw .notAnObject(root) }
        let matching = try reader.matchingCase()
        guard let kind = plan.cases[matching].kind else { return false }
        draft.event.kind = kind
        draft.matching = matching
        let kindBit = plan.cases[matching].kindBit
        for step in plan.steps where step.kinds & kindBit != 0 {
            do throws(Misfit) {
                try read(step, into: &draft, from: reader, on: leg)
            } catch {
                guard step.isLenient, reader.slot(of: step) != nil else { throw error }
                draft.texts.reason = draft.texts.reason ?? error.reason(in: plan, reader.bytes)
                draft.isLenient = true
            }
        }
        if draft.texts.deviceID.isEmpty, !plan.findsDeviceByCommand || draft.texts.commandID == nil {
            throw .noDevice
        }
        draft.notePlaceholders()
        draft.texts.code = plan.cases[matching].code ?? draft.texts.code
        if let bands = plan.bands, draft.texts.phase == nil, bands.apply(to: draft.texts) {
            let number = bands.number(of: draft.event.percent)
            if number > 0 { draft.texts.phase = bands.bands[number - 1].phase }
        }
        return true
    }

    /// Gives the draft's event its texts; those that were read before from equal bytes are shared.
    private func finish(
        _ draft: inout EventDraft,
        from reader: borrowing ValueReader,
        _ memory: inout TextMemory,
        _ place: Int
    ) {
        let hasBands = plan.bands.map { $0.apply(to: draft.texts) } ?? false
        let statement = hasBands ? plan.statement(draft.matching, reader) : draft.matching
        // A reason made of what did not fit belongs to this message alone, and so do most oddities.
        let isCommon =
            plan.remembersTexts && !draft.isLenient && draft.event.oddities.isSubset(of: .identityMismatch)
        if isCommon, let known = memory.texts(readBy: reader, statement, at: place) {
            draft.event.share(known)
        } else {
            let texts = SharedTexts(draft.texts)
            draft.event.share(texts)
            if isCommon {
                memory.remember(texts, readBy: reader, statement, of: rule, hasBands: hasBands, at: place)
            }
        }
        plan.conclude(&draft.event, draft.matching)
    }
}

// MARK: - Fields

extension TopicClaim {
    /// Reads one field; what the topic told stays, whatever the payload says (dialects.md §3.1).
    private func read(
        _ step: ReadingPlan.Step,
        into draft: inout EventDraft,
        from reader: borrowing ValueReader,
        on leg: ClientLeg?
    ) throws(Misfit) {
        if step.origin == .clientID { return try readClientID(step, into: &draft, on: leg) }
        if step.isIdentity, draft.texts.states(step.target), !step.isOverTopic {
            guard step.type == .text, let slot = try reader.standingSlot(of: step) else { return }
            let token = reader.tokens[slot]
            guard reader.isText(token, coerces: step.coerces) else {
                throw .mismatch(.string, token, slot: slot)
            }
            if !reader.spells(token, draft.texts.id(step.target)) {
                draft.noteOther(step.target, reader.text(token))
            }
            return
        }
        let value = try reader.value(of: step)
        if step.type == .time, let slot = reader.slot(of: step), !EventDraft.isPlausible(value) {
            let excerpt = Misfit.excerpt(reader.tokens[slot], reader.bytes)
            draft.note(.badTimestamp, "\(plan.names[slot]): odd time \(excerpt)")
        }
        guard let value else { return }
        if step.isOverTopic { draft.standBehindTopic(of: value) }
        if step.isShared {
            draft.texts.set(step.target, to: value)
        } else {
            draft.event.set(step.target, to: value)
        }
    }

    private func readClientID(
        _ step: ReadingPlan.Step,
        into draft: inout EventDraft,
        on leg: ClientLeg?
    ) throws(Misfit) {
        if draft.texts.states(step.target) { return }
        guard let clientID = leg?.deviceID(of: plan.direction) else { throw .noClientID }
        draft.texts.set(step.target, to: .text(clientID))
    }
}

// MARK: - Elements

extension TopicClaim {
    /// Reads the elements of an array, each as an event of its own.
    private func readElements(
        _ payload: RawSpan,
        _ fanOut: ReadingPlan.FanOut,
        at time: Timestamp,
        on leg: ClientLeg?
    ) throws(Misfit) -> ClaimReading {
        var outer = JSONScanner.Tokens(repeating: .absent)
        try plan.scan(payload, into: &outer)
        let array = outer[fanOut.arraySlot]
        guard array.kind == .array else { throw .noArray(array.kind, slot: fanOut.arraySlot) }
        let found = JSONScanner.elements(
            of: array,
            in: payload,
            for: plan.trie,
            beside: outer,
            limit: ReadingPlan.FanOut.limit
        )
        let strangers = plan.isStrict ? plan.known.strangers(in: payload) : []
        var events: [UpgradeEvent] = []
        for tokens in found.tokens {
            let reader = ValueReader(payload, tokens.span, under: plan)
            do throws(Misfit) {
                var draft = EventDraft(at: time, texts: texts)
                guard try fill(&draft, from: reader, on: leg) else { continue }
                if !strangers.isEmpty { draft.note(.unexpectedFields, KnownPaths.sentence(strangers)) }
                draft.event.share(SharedTexts(draft.texts))
                plan.conclude(&draft.event, draft.matching)
                events.append(draft.event)
            } catch {
                events.append(unknown(error, payload, at: time))
            }
        }
        if found.count > found.tokens.count {
            events.append(unknown(.tooManyElements(found.count), payload, at: time))
        }
        return ClaimReading(events)
    }
}

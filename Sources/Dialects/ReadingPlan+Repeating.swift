// Reads the messages that most messages are: those that differ from the topic's last one in figures alone.

internal import Traffic

extension ReadingPlan {
    /// Reads a payload of a known shape that states the texts remembered at a place.
    /// - Returns: the event that `TopicClaim` would read, too; `nil` for a payload that needs a closer look.
    @inline(__always)
    func repeatedEvent(
        _ payload: RawSpan,
        at time: Timestamp,
        remembering memory: borrowing TextMemory,
        as place: Int,
        _ tokens: Span<JSONToken>
    ) -> UpgradeEvent? {
        let reader = ValueReader(payload, tokens, under: self)
        guard let matching = try? reader.matchingCase(), let kind = cases[matching].kind,
            let texts = memory.texts(
                readBy: reader,
                memory.hasBands(at: place) ? statement(matching, reader) : matching,
                at: place
            )
        else { return nil }
        var event = UpgradeEvent(kind: kind, recordedAt: time, sharing: texts)
        let kindBit = cases[matching].kindBit
        for index in figureSteps.indices where figureSteps[index].kinds & kindBit != 0 {
            do throws(Misfit) { try reader.fill(&event, figureSteps[index]) } catch { return nil }
        }
        // Of all oddities only those of the ids are remembered.
        if texts.texts.oddity != nil { event.oddities.insert(.identityMismatch) }
        conclude(&event, matching)
        return event
    }

    /// What beside the tokens of texts decides about texts that bands fill: the case, and the band of the percentage.
    func statement(_ matching: Int, _ reader: borrowing ValueReader) -> Int {
        matching | bandNumber(reader) << 16
    }

    /// The number of the band that the percentage falls into.
    func bandNumber(_ reader: borrowing ValueReader) -> Int {
        guard let bands, let step = figureSteps.first(where: { $0.target == .percent }),
            case .number(let percent)? = try? reader.value(of: step)
        else { return 0 }
        return bands.number(of: percent)
    }

    /// States what the case says, whatever the fields say.
    @inline(__always)
    func conclude(_ event: inout UpgradeEvent, _ matching: Int) {
        event.isOK = cases[matching].isOK ?? event.isOK
        event.isSoft = cases[matching].isSoft
        if event.kind == .result, event.isOK == false {
            event.claimedFailure = .claimed(code: event.code, reason: event.reason, among: failures)
        }
    }
}

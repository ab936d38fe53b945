// Finds the session that a message belongs to. dialects.md §5.4.

import Dialects
import Traffic

extension Partition {
    /// A session that a message was found to belong to.
    struct Match {
        var index: Int
        /// Whether it was a guess among several.
        var isAmbiguous = false
    }

    /// The session that an offer continues: its own repeat, the answer to a pull, or the offer of a session
    /// whose first evidence overtook it.
    func session(continuedBy offer: UpgradeEvent) -> Int? {
        if let id = offer.commandID, let known = newest({ $0.commandID == id }) {
            return isContinued(drafts[known], by: offer) ? known : nil
        }
        let at = offer.recordedAt
        return newest { draft in
            guard draft.machine.isOpen(at: at, timers) else { return false }
            if draft.isPolledOnly { return offer.commandID == nil || draft.commandID == nil }
            guard draft.commandID == nil else { return false }
            if draft.offer == nil {
                let isNear = at.duration(since: draft.firstSeenAt) <= Self.mergeWindow
                return isNear && (rank(draft, for: offer) != nil || !offer.namesArtifact)
            }
            return offer.commandID == nil && draft.isSameArtifact(as: offer)
                && at.duration(since: draft.lastOfferAt ?? at) <= Self.repeatWindow
        }
    }

    private func isContinued(_ draft: SessionDraft, by offer: UpgradeEvent) -> Bool {
        let at = offer.recordedAt
        if draft.offer == nil, at.duration(since: draft.firstSeenAt) <= Self.mergeWindow { return true }
        guard draft.machine.isOpen(at: at, timers) else { return false }
        if draft.isPolledOnly { return true }
        return at.duration(since: draft.lastOfferAt ?? draft.firstSeenAt) <= Self.repeatWindow
    }

    /// The session that a device's answer, or the platform's cancel, is about.
    func session(answeredBy event: UpgradeEvent) -> Match? {
        let at = event.recordedAt
        if let id = event.commandID {
            if let known = newest({ $0.commandID == id }) {
                return drafts[known].machine.isTaking(at: at, timers) ? Match(index: known) : nil
            }
            // Devices that put an id of their own into every report are known by the other keys.
            guard event.namesArtifact else { return nil }
        }
        return best(for: event) { $0.machine.isOpen(at: at, timers) }
            ?? best(for: event) { $0.machine.isTaking(at: at, timers) }
    }

    /// The session that agrees with the event in the most keys; among equals the newest accepted.
    private func best(for event: UpgradeEvent, where condition: (SessionDraft) -> Bool) -> Match? {
        var found: [(index: Int, rank: Int)] = []
        for index in drafts.indices where !drafts[index].isDissolved && condition(drafts[index]) {
            guard let rank = rank(drafts[index], for: event) else { continue }
            found.append((index, rank))
        }
        guard let top = found.map(\.rank).max() else { return nil }
        let equals = found.filter { $0.rank == top }.map(\.index)
        guard let chosen = equals.max(by: { isOlder(drafts[$0], drafts[$1], for: event) }) else { return nil }
        return Match(index: chosen, isAmbiguous: top == Self.guess || (top == 0 && equals.count > 1))
    }

    /// The rank of a session whose firmware agrees and whose version does not.
    private static let guess = -1

    /// In how many keys a session agrees with an event; `nil` when they contradict each other.
    private func rank(_ draft: SessionDraft, for event: UpgradeEvent) -> Int? {
        let firmware = agreement(draft.firmwareID, event.firmwareID)
        let version = agreement(draft.toVersion, event.version)
        guard let firmware else { return nil }
        guard let version else { return firmware > 0 ? Self.guess : nil }
        return firmware + version
    }

    private func agreement(_ mine: String?, _ other: String?) -> Int? {
        guard let mine, let other else { return 0 }
        return mine == other ? 1 : nil
    }

    /// An answer to an offer goes to a session that has none yet; anything else to the newest accepted.
    private func isOlder(_ left: SessionDraft, _ right: SessionDraft, for event: UpgradeEvent) -> Bool {
        if event.kind == .accept || event.kind == .reject, left.machine.isAnswered != right.machine.isAnswered
        {
            return left.machine.isAnswered
        }
        let start = Timestamp(nanoseconds: .min)
        let leftKey = (left.machine.acceptedAt ?? start, left.firstSeenAt)
        let rightKey = (right.machine.acceptedAt ?? start, right.firstSeenAt)
        return leftKey < rightKey
    }
}

extension UpgradeEvent {
    /// Whether it says which image it is about.
    var namesArtifact: Bool { firmwareID != nil || version != nil }
}

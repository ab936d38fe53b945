// What a device's ledger lets go of in a session that goes on.

import Dialects
import Traffic

extension DeviceLedger {
    /// Counts and lets go of messages, when there are too many: first what tells nothing, then every second progress
    /// message and piece of an image; again, until few enough are left.
    func thin() {
        guard messages.count > limit else { return }
        condense()
        guard messages.count > limit else { return }
        var order = messages.indices.sorted { MessageEvidence.precedes(messages[$0], messages[$1]) }
        while order.count > limit {
            let before = order.count
            halve(&order)
            // Of a device that says so much else, the oldest goes.
            if order.count == before { order.removeFirst(before - limit) }
        }
        messages = order.map { messages[$0] }
        refile()
    }

    /// Counts and lets go of the progress messages without which the sessions are found to be the same.
    ///
    /// They are divided and told as they stand. What arrives later may still lie between those that are left.
    func condense() {
        var isHeld = [Bool](repeating: true, count: messages.count)
        for draft in partition.drafts {
            let course = CondensedCourse(of: draft, partition, messages, rules.timers)
            var thinned = ThinnedReports()
            var before: Int?
            for (handle, next) in zip(draft.handles, draft.handles.dropFirst()) {
                if let before, course.isTold(handle, by: before, and: next, in: messages) {
                    isHeld[handle] = false
                    thinned.count(messages[handle], losingCourse: false)
                } else {
                    before = handle
                    if thinned.count == 0 { continue }
                    messages[handle].takeOver(thinned)
                    thinned = ThinnedReports()
                }
            }
            if let last = draft.pieces.last { messages[last.handle].takeOver(thinned) }
        }
        var kept: [MessageEvidence] = []
        kept.reserveCapacity(messages.count)
        for handle in messages.indices where isHeld[handle] { kept.append(messages[handle]) }
        messages = kept
        condensedCount = messages.count
        refile()
    }

    private func halve(_ order: inout [Int]) {
        var kept: [Int] = []
        var thinned = ThinnedReports()
        var isKept = false
        var chunk: Int?
        for (index, handle) in order.enumerated() {
            let isInside = index > 0 && index + 1 < order.count
            if messages[handle].kind == .progress, isInside {
                isKept.toggle()
                if !isKept {
                    thinned.count(messages[handle], losingCourse: true)
                    continue
                }
            }
            if messages[handle].kind == .chunk, isInside, let before = chunk, isOneSession(before, handle) {
                carry(handle, into: before)
                thinned.takeOver(from: messages[handle])
                chunk = nil
                continue
            }
            if messages[handle].kind == .chunk { chunk = handle }
            kept.append(handle)
            messages[handle].takeOver(thinned)
            thinned = ThinnedReports()
        }
        order = kept
    }

    private func isOneSession(_ left: Int, _ right: Int) -> Bool {
        partition.placement(of: left).draft == partition.placement(of: right).draft
    }

    /// Counts the pieces of one message with those of another.
    private func carry(_ handle: Int, into kept: Int) {
        var tally = messages[kept].thinnedChunks?.tally ?? ChunkTally()
        tally.add(messages[handle])
        messages[kept].thinnedChunks = ThinnedChunks(tally)
    }
}

extension SessionDraft {
    /// The places of its messages, in recorded order.
    fileprivate var handles: some RandomAccessCollection<Int> { pieces.lazy.map(\.handle) }
}

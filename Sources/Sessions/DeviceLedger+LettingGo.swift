// What a device's ledger lets go of, and what it remembers of that.

import Dialects
import Traffic

extension DeviceLedger {
    /// Commands whose runs are remembered for one device.
    private static let attemptLimit = 1_024

    /// Messages outside any session that are held until they are reduced to the version they told.
    private static let loneLimit = 64

    /// Lets go of the sessions that are final and of what stood alone before them; gives those sessions.
    ///
    /// Only sessions that no later one began beside are let go: what the later ones were told of them stays.
    func settle(horizon: Timestamp) -> [SessionDraft] {
        let drafts = partition.closedDrafts
        var cut = 0
        var latest = Timestamp(nanoseconds: .min)
        for (index, draft) in drafts.enumerated() {
            latest = max(latest, draft.machine.lastChange(rules.timers))
            guard latest < horizon else { break }
            if index + 1 == drafts.count || drafts[index + 1].firstSeenAt > latest { cut = index + 1 }
        }
        let end =
            cut < drafts.count ? drafts[cut].firstSeenAt : horizon.advanced(by: .zero - rules.timers.close)
        if cut == 0 {
            guard messages.count >= Self.loneLimit else { return [] }
            let lone = messages.indices.count { handle in
                partition.placement(of: handle).draft == nil && messages[handle].at < end
            }
            guard lone >= Self.loneLimit else { return [] }
        }
        letGo(of: cut, standingBefore: end)
        return Array(drafts.prefix(cut))
    }

    private func letGo(of cut: Int, standingBefore end: Timestamp) {
        // The tracker remembers the runs of all devices, within bounds.
        if attempts.count >= Self.attemptLimit { attempts.removeAll() }
        for draft in partition.drafts.prefix(cut) where draft.commandID != nil {
            attempts[draft.key.command] = draft.key.attempt
        }
        let settled = Set(partition.drafts.prefix(cut).map(\.key))
        var kept: [MessageEvidence] = []
        var reports: [(at: Timestamp, version: String)] = []
        for (handle, message) in messages.enumerated() {
            let draft = partition.placement(of: handle).draft
            if let draft, draft >= cut {
                kept.append(message)
            } else if draft == nil, message.at >= end {
                kept.append(message)
            } else if message.kind == .version, let version = message.event.version {
                reports.append((message.at, version))
            }
        }
        for report in reports.sorted(by: { $0.at < $1.at }) { versions.add(report.version) }
        for key in settled {
            told[key] = nil
            spans[key] = nil
            parents[key] = nil
        }
        messages = kept
        refile()
    }

    /// Counts every second progress message and piece of an image and lets it go, when there are too many; again, until
    /// few enough are left.
    func thin() {
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

    private func halve(_ order: inout [Int]) {
        var kept: [Int] = []
        var carried: Int32 = 0
        var isKept = false
        var chunk: Int?
        for (index, handle) in order.enumerated() {
            let isInside = index > 0 && index + 1 < order.count
            if messages[handle].kind == .progress, isInside {
                isKept.toggle()
                if !isKept {
                    carried &+= 1 &+ messages[handle].thinnedBefore
                    continue
                }
            }
            if messages[handle].kind == .chunk, isInside, let before = chunk, isOneSession(before, handle) {
                carry(handle, into: before)
                carried &+= messages[handle].thinnedBefore
                chunk = nil
                continue
            }
            if messages[handle].kind == .chunk { chunk = handle }
            kept.append(handle)
            messages[handle].thinnedBefore &+= carried
            carried = 0
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

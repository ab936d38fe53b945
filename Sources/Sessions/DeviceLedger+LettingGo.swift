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
}

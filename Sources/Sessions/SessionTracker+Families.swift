// Links the sessions of gateways with those of their children. dialects.md §4.3.

import Dialects
import Traffic

extension SessionTracker {
    /// Adds the children of gateways that have something to tell: it may be theirs, too.
    mutating func noteChildren(of places: Set<Int>, _ due: inout Set<Int>) {
        for place in places {
            guard let key = ledgers.key(at: place) else { continue }
            for child in families.children(of: key) {
                // One that changed itself is told when its own downloads are settled.
                guard let childPlace = ledgers.place(of: child), !ledgers[childPlace].isChanged else {
                    continue
                }
                due.insert(childPlace)
            }
        }
    }

    /// Has the children of a gateway told again, once its sessions can be named.
    mutating func noteChildren(of gateway: LedgerKey) {
        for child in families.children(of: gateway) { ledgers.place(of: child).map { note($0) } }
    }

    /// The gateway's own session for each session of a device that speaks through one.
    ///
    /// A link once found stays when the gateway's ledger has let its session go.
    mutating func parents(of place: Int, _ key: LedgerKey) -> [Session.Key: ParentSession] {
        guard !ledgers[place].gateways.isEmpty else { return [:] }
        var parents: [Session.Key: ParentSession] = [:]
        for draft in ledgers[place].partition.drafts {
            guard let gateway = draft.gatewayID, gateway != key.deviceID else { continue }
            let gatewayPlace = ledgers.place(of: LedgerKey(dialect: key.dialect, deviceID: gateway))
            if let gatewayPlace { refile(gatewayPlace) }
            let found = gatewayPlace.flatMap { ledgers[$0].parent(of: draft) }
            parents[draft.key] = found ?? ledgers[place].parents[draft.key]
        }
        ledgers[place].parents = parents
        return parents
    }
}

extension DeviceLedger {
    /// The session of this gateway that another device's session is a part of: the same image, at the same time.
    func parent(of child: SessionDraft) -> ParentSession? {
        let last = child.machine.lastActivityAt
        let index = partition.newest { draft in
            draft.isSameImage(as: child) && draft.firstSeenAt <= last
                && child.firstSeenAt <= draft.machine.lastChange(rules.timers)
        }
        return index.map { index in
            let draft = partition.drafts[index]
            return ParentSession(
                key: draft.key,
                offeredAt: draft.machine.offeredAt,
                isTold: told[draft.key] != nil
            )
        }
    }
}

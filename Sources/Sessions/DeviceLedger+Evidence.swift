// What a device's sessions rest on, and which downloads they may have asked for.

import Dialects
import Traffic

extension DeviceLedger {
    /// The sessions as they stand, with all their evidence.
    func sessions(
        _ pool: TransferPool,
        _ surroundings: Surroundings,
        _ parents: [Session.Key: ParentSession]
    ) -> [SessionEvidence] {
        let drafts = partition.closedDrafts
        let neighbourhood = Neighbourhood(drafts: drafts, messages: messages, addresses: addresses)
        return drafts.lazy.filter { !$0.isDissolved }.map { draft in
            SessionEvidence(
                draft: draft,
                messages: messages,
                transfers: pool.transfers(of: draft.key),
                isTransferAmbiguous: pool.isAmbiguous(draft.key),
                parent: parents[draft.key],
                rules: rules,
                neighbourhood: neighbourhood,
                surroundings
            )
        }
    }

    /// Whether a session was offered this path.
    func isOffered(_ path: String) -> Bool {
        partition.drafts.contains { $0.urls.contains { $0.path == path } }
    }

    /// Whether a session was offered a URL of one of these hosts.
    func isOffered(anyOf hosts: Set<String>) -> Bool {
        partition.drafts.contains { draft in
            draft.urls.contains { url in url.server.map { hosts.contains($0.host) } ?? false }
        }
    }

    /// The paths that the sessions were offered, those for which the condition holds.
    func paths(where condition: (String) -> Bool) -> Set<String> {
        var paths: Set<String> = []
        for draft in partition.drafts {
            for url in draft.urls where condition(url.path) { paths.insert(url.path) }
        }
        return paths
    }

    /// Whether what matching goes by has changed since it was last asked; mere signs of life do not count.
    func takeMatchingChange() -> Bool {
        var hasher = Hasher()
        hasher.combine(addresses)
        for draft in partition.drafts {
            hasher.combine(draft.key)
            hasher.combine(draft.urls)
            hasher.combine(draft.gatewayID)
            hasher.combine(draft.machine.acceptedAt)
            hasher.combine(draft.machine.end?.at)
        }
        let now = hasher.finalize()
        defer { matchedAs = now }
        return now != matchedAs
    }

    /// The sessions that may have asked for a download of this path.
    func candidates(for path: String, _ ledger: LedgerKey) -> [TransferCandidate] {
        partition.drafts.filter { draft in !draft.isDissolved && draft.urls.contains { $0.path == path } }
            .map { draft in
                let machine = draft.machine
                return TransferCandidate(
                    key: draft.key,
                    ledger: ledger,
                    urls: draft.urls,
                    addresses: addresses,
                    gatewayID: draft.gatewayID,
                    from: draft.firstSeenAt,
                    openUntil: machine.end?.at ?? machine.lastActivityAt.advanced(by: rules.timers.session),
                    until: machine.lastTaking(rules.timers),
                    anchor: machine.acceptedAt ?? machine.offeredAt ?? draft.firstSeenAt
                )
            }
    }
}

// What a device's sessions rest on, and which downloads they may have asked for.

import Dialects
import Traffic

extension DeviceLedger {
    /// What is known beside the device's own messages.
    struct Surroundings {
        /// Until when each recording watched.
        var watched: [Int64: Timestamp]
        /// Recordings that see HTTP.
        var seeingHTTP: Set<Int64>

        func horizon(_ recordings: some Sequence<Int64>) -> Timestamp {
            recordings.lazy.compactMap { watched[$0] }.max() ?? Timestamp(nanoseconds: .min)
        }
    }

    /// The sessions as they stand, with all their evidence.
    func sessions(_ pool: TransferPool, _ surroundings: Surroundings) -> [SessionEvidence] {
        partition.closed.drafts.filter { !$0.isDissolved }.map { evidence(of: $0, pool, surroundings) }
    }

    private func evidence(
        of draft: SessionDraft,
        _ pool: TransferPool,
        _ surroundings: Surroundings
    ) -> SessionEvidence {
        let pieces = draft.pieces.map {
            SessionEvidence.Piece(message: messages[$0.handle], isAfterEnd: $0.isAfterEnd)
        }
        var recordings: [Int64] = []
        for piece in pieces {
            piece.message.recordings { if !recordings.contains($0) { recordings.append($0) } }
        }
        return SessionEvidence(
            draft: draft,
            pieces: pieces,
            progress: pieces.filter { $0.message.kind == .progress && !$0.isAfterEnd },
            duplicates: draft.duplicates.map { messages[$0] },
            transfers: pool.transfers(of: draft.key),
            isTransferAmbiguous: pool.isAmbiguous(draft.key),
            rules: rules,
            horizon: surroundings.horizon(recordings),
            seesHTTP: recordings.contains { surroundings.seeingHTTP.contains($0) }
        )
    }

    /// The paths that the sessions were offered.
    var paths: Set<String> { Set(partition.drafts.flatMap(\.urls).map(\.path)) }

    /// Whether what matching goes by has changed since it was last asked; mere signs of life do not count.
    mutating func takeMatchingChange() -> Bool {
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

// Matches downloads with sessions, and sessions with their downloads. dialects.md §5.4 rule 4.

import Dialects
import Traffic

extension SessionTracker {
    /// Rounds of matching and filing after which they agree, or never will.
    private static let roundLimit = 4

    /// Matches downloads and files messages until neither changes the other, for these devices or all that changed.
    mutating func settleTransfers(of wanted: [Int]?) {
        match(unmatched)
        unmatched = []
        var open = wanted ?? Array(changed)
        for _ in 0..<Self.roundLimit where !open.isEmpty {
            var paths: Set<String> = []
            for place in open {
                refile(place)
                let offered = ledgers[place].paths(where: pool.hasTransfers)
                guard !offered.isEmpty else { continue }
                let isNew = ledgers[place].takeMatchingChange()
                paths.formUnion(isNew ? offered : offered.filter(pool.hasLoose))
            }
            match(paths)
            open = (wanted ?? Array(changed)).filter { ledgers[$0].isStale || !isInStep($0) }
        }
        for place in wanted ?? Array(changed) { refile(place) }
    }

    private mutating func match(_ paths: Set<String>) {
        guard !paths.isEmpty else { return }
        let touched = pool.match(paths) { path in
            (interest[path] ?? []).flatMap { key in
                ledgers.place(of: key).map { ledgers[$0].candidates(for: path, key) } ?? []
            }
            .sorted { ($0.from, $0.key.deviceID) < ($1.from, $1.key.deviceID) }
        }
        note(touched)
    }

    /// The downloads of a device's sessions; `nil` when it has none and had none.
    private func spans(of place: Int) -> [Session.Key: [TransferSpan]]? {
        guard let key = ledgers.key(at: place), pool.holds(key) || !ledgers[place].spans.isEmpty else {
            return nil
        }
        var spans: [Session.Key: [TransferSpan]] = [:]
        for draft in ledgers[place].partition.drafts {
            let found = pool.transfers(of: draft.key).map(\.span)
            if !found.isEmpty { spans[draft.key] = found }
        }
        return spans
    }

    private func isInStep(_ place: Int) -> Bool {
        spans(of: place).map { $0 == ledgers[place].spans } ?? true
    }

    mutating func refile(_ place: Int) {
        if let spans = spans(of: place) { ledgers[place].setSpans(spans) }
        if ledgers[place].isStale { ledgers[place].refile() }
    }
}

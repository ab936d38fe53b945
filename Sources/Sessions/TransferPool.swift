// Holds downloads until their sessions are done with them, owned or not.

import DequeModule
import Traffic

/// The downloads in memory and the sessions they belong to.
struct TransferPool: Sendable {
    /// A download is let go when its recordings are this far past it and nothing holds it.
    static let memory = Duration.seconds(1_200)
    /// Redirects may lead in a circle.
    private static let roundLimit = 8
    /// Owned downloads that are looked past when room is made.
    private static let chances = 64

    private(set) var entries: [Int64: TransferEvidence] = [:]
    private(set) var owners: [Int64: Ownership] = [:]
    private var arrivals: Deque<Int64> = []
    private var byPath: [String: [Int64]] = [:]
    private var byCopyKey: [TransferEvidence.CopyKey: [Int64]] = [:]
    private var redirections: [String: [Redirection]] = [:]
    private var owned: [Session.Key: Set<Int64>] = [:]
    /// Devices whose sessions own or share downloads, and how many.
    private var holders: [LedgerKey: Int] = [:]
    /// Downloads whose owner is final: they are not matched anew.
    private var settled: Set<Int64> = []
    /// Downloads whose filing may differ from what was told.
    private var untold: Set<Int64> = []
    private var latest = Timestamp(nanoseconds: .min)
    /// Downloads let go at the limit while they could still have been matched.
    private(set) var letGoEarly: Int64 = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Files a download; gives the handle and whether it is one more sight of a known one.
    mutating func receive(_ transfer: Transfer, id: Int64, recordingID: Int64) -> (
        handle: Int64, isCopy: Bool
    ) {
        let key = TransferEvidence.CopyKey(transfer.exchange)
        let twin = byCopyKey[key]?.first {
            entries[$0]?.isCopy(transfer.exchange, recordingID: recordingID) == true
        }
        if let twin {
            entries[twin]?.add(transfer, id: id, recordingID: recordingID)
            untold.insert(twin)
            return (twin, true)
        }
        makeRoom()
        let evidence = TransferEvidence(transfer, id: id, recordingID: recordingID)
        entries[id] = evidence
        latest = max(latest, evidence.span.end)
        untold.insert(id)
        arrivals.append(id)
        byPath[evidence.url.path, default: []].append(id)
        byCopyKey[key, default: []].append(id)
        return (id, false)
    }

    /// Whether sessions of a device may own or share downloads.
    func holds(_ ledger: LedgerKey) -> Bool { holders[ledger] != nil }

    func hasTransfers(at path: String) -> Bool { byPath[path] != nil }

    /// Whether downloads of this path are without an owner.
    func hasLoose(at path: String) -> Bool { byPath[path]?.contains { owners[$0] == nil } ?? false }

    /// The downloads of a session in the order of their requests.
    func transfers(of key: Session.Key) -> [TransferEvidence] {
        (owned[key] ?? []).compactMap { entries[$0] }.sorted(by: TransferEvidence.precedes)
    }

    /// Whether one of a session's downloads was attached by a guess.
    func isAmbiguous(_ key: Session.Key) -> Bool {
        (owned[key] ?? []).contains { owners[$0]?.isAmbiguous == true && owners[$0]?.owner == key }
    }

    /// Where a sight of a download belongs.
    func filing(of handle: Int64, sighting id: Int64) -> TransferFiling {
        let ownership = owners[handle]
        let best = entries[handle]?.id ?? handle
        return TransferFiling(
            owner: ownership?.owner,
            further: ownership?.further ?? [],
            copyOf: id == best ? nil : best
        )
    }

    /// A session's downloads, and the copies of those that it owns.
    func links(of transfers: [TransferEvidence], to key: Session.Key) -> [TransferLink] {
        var links = transfers.map { TransferLink(id: $0.id) }
        for transfer in transfers where transfer.sightings.count > 1 && owners[transfer.firstID]?.owner == key
        {
            let copies = transfer.sightings.lazy.filter { $0.id != transfer.id }
            links += copies.map { TransferLink(id: $0.id, copyOf: transfer.id) }
        }
        return links
    }

    /// The filings of all sightings of downloads that changed.
    mutating func takeFilings() -> [FiledTransfer] {
        defer { untold = [] }
        return untold.sorted().flatMap { handle in
            (entries[handle]?.sightings ?? []).map { sighting in
                FiledTransfer(id: sighting.id, filing: filing(of: handle, sighting: sighting.id))
            }
        }
    }

    /// Matches the downloads of these paths anew; gives the devices whose sessions gained or lost one.
    mutating func match(_ paths: Set<String>, among candidates: (String) -> [TransferCandidate]) -> Set<
        LedgerKey
    > {
        var touched: Set<LedgerKey> = []
        var waiting = paths
        for _ in 0..<Self.roundLimit where !waiting.isEmpty {
            let round = waiting
            waiting = []
            for path in round { waiting.formUnion(match(path, candidates(path), &touched)) }
        }
        return touched
    }

    /// Lets go of a final session's downloads, once no other session shares them.
    mutating func release(_ key: Session.Key) {
        for handle in owned.removeValue(forKey: key) ?? [] {
            settled.insert(handle)
            let holders = owners[handle].map { [$0.owner] + $0.further } ?? []
            if !holders.contains(where: { owned[$0]?.contains(handle) == true }) { remove(handle) }
        }
    }

    /// Lets go of downloads that nobody owns and that ended before this time.
    mutating func expire(before time: Timestamp) {
        for _ in 0..<min(Self.chances, arrivals.count) {
            guard let oldest = arrivals.first else { return }
            if owners[oldest] != nil {
                arrivals.append(arrivals.removeFirst())
            } else if let entry = entries[oldest], entry.span.end >= time {
                return
            } else {
                remove(oldest)
            }
        }
    }

    /// Lets the oldest download go when the pool is full; owned ones get a second chance.
    private mutating func makeRoom() {
        guard arrivals.count >= limit else { return }
        for _ in 0..<min(Self.chances, arrivals.count) where owners[arrivals[0]] != nil {
            arrivals.append(arrivals.removeFirst())
        }
        let oldest = arrivals[0]
        let isOld = entries[oldest].map { $0.span.end.advanced(by: Self.memory) < latest } ?? true
        if owners[oldest] != nil || !isOld { letGoEarly += 1 }
        remove(oldest)
    }

    // MARK: - Matching

    /// Matches one path's downloads; gives the paths to look at next.
    private mutating func match(
        _ path: String,
        _ candidates: [TransferCandidate],
        _ touched: inout Set<LedgerKey>
    ) -> Set<String> {
        let group = (byPath[path] ?? []).filter { !settled.contains($0) }.compactMap { entries[$0] }
            .sorted(by: TransferEvidence.precedes)
        guard !group.isEmpty else { return [] }
        var matching = TransferMatching(candidates: candidates, redirections: redirections[path] ?? [])
        let found = matching.owners(of: group)
        var next: Set<String> = []
        for entry in group where owners[entry.firstID] != found[entry.firstID] {
            assign(found[entry.firstID], to: entry.firstID, &touched)
            if let target = redirectionChanged(by: entry) { next.insert(target) }
        }
        return next
    }

    private mutating func assign(_ ownership: Ownership?, to handle: Int64, _ touched: inout Set<LedgerKey>) {
        if let old = owners[handle] {
            for session in [old.owner] + old.further {
                owned[session]?.remove(handle)
                if owned[session]?.isEmpty == true { owned[session] = nil }
            }
            for ledger in [old.ledger] + old.furtherLedgers {
                touched.insert(ledger)
                holders[ledger, default: 1] -= 1
                if holders[ledger] == 0 { holders[ledger] = nil }
            }
        }
        owners[handle] = ownership
        untold.insert(handle)
        guard let new = ownership else { return }
        for session in [new.owner] + new.further { owned[session, default: []].insert(handle) }
        for ledger in [new.ledger] + new.furtherLedgers {
            touched.insert(ledger)
            holders[ledger, default: 0] += 1
        }
    }

    /// Follows a redirect's change of owner; gives the path it leads to.
    private mutating func redirectionChanged(by entry: TransferEvidence) -> String? {
        guard let target = entry.redirect else { return nil }
        redirections[target.path]?.removeAll { $0.source == entry.firstID }
        if let ownership = owners[entry.firstID] {
            let redirection = Redirection(
                source: entry.firstID,
                target: target,
                client: entry.exchange.client.address,
                at: entry.exchange.requestedAt,
                owner: ownership.owner,
                ledger: ownership.ledger
            )
            redirections[target.path, default: []].append(redirection)
        }
        return target.path
    }

    // MARK: - Letting go

    private mutating func remove(_ handle: Int64) {
        if arrivals.first == handle {
            arrivals.removeFirst()
        } else if let place = arrivals.firstIndex(of: handle) {
            arrivals.remove(at: place)
        }
        guard let entry = entries.removeValue(forKey: handle) else { return }
        var touched: Set<LedgerKey> = []
        assign(nil, to: handle, &touched)
        settled.remove(handle)
        untold.remove(handle)
        byPath[entry.url.path] = without(handle, byPath[entry.url.path])
        let key = TransferEvidence.CopyKey(entry.exchange)
        byCopyKey[key] = without(handle, byCopyKey[key])
        guard let target = entry.redirect else { return }
        let left = redirections[target.path]?.filter { $0.source != handle } ?? []
        redirections[target.path] = left.isEmpty ? nil : left
    }

    private func without(_ handle: Int64, _ handles: [Int64]?) -> [Int64]? {
        let left = handles?.filter { $0 != handle } ?? []
        return left.isEmpty ? nil : left
    }
}

// Files evidence into upgrade sessions. dialects.md §5.3–5.5.

import DequeModule
public import Dialects
public import Traffic

/// Files messages and downloads into upgrade sessions, whatever their order of arrival.
///
/// Evidence is filed first; states, ends, figures and findings are then computed from a session's evidence in
/// recorded order, so that a live recording and a second reading of the stored messages give equal sessions.
/// Timers run on recorded time alone, and only as far as the recordings that saw a session watched.
public struct SessionTracker: Sendable {
    private struct Command: Hashable {
        var ledger: LedgerKey
        var command: String
    }

    private let rules: [String: SessionRules]
    private let limits: TrackerLimits
    private var copies: CopyWindow
    private var runs: [Command: Int] = [:]
    private var runsInOrder: Deque<Command> = []
    private var interest: [String: Set<LedgerKey>] = [:]
    private var ledgers: [LedgerKey: DeviceLedger] = [:]
    private var pool: TransferPool
    private var surroundings = DeviceLedger.Surroundings(watched: [:], seeingHTTP: [])
    private var finished: Set<Int64> = []
    /// Paths with downloads that have not been matched yet.
    private var unmatched: Set<String> = []
    private var changed: Set<LedgerKey> = []
    private var pending = SessionChanges()

    /// A tracker for the dialects named in `rules`; other dialects get the default windows.
    public init(rules: [String: SessionRules], limits: TrackerLimits = TrackerLimits()) {
        self.rules = rules
        self.limits = limits
        copies = CopyWindow(limit: limits.copyWindow)
        pool = TransferPool(limit: limits.transfers)
    }

    /// Lets a session of an earlier run count: a rerun of its command becomes the next attempt.
    public mutating func remember(_ key: Session.Key) {
        let command = Command(
            ledger: LedgerKey(dialect: key.dialect, deviceID: key.deviceID),
            command: key.command
        )
        if runs[command] == nil { runsInOrder.append(command) }
        runs[command] = max(key.attempt, runs[command] ?? 0)
        while runsInOrder.count > limits.rememberedCommands, let oldest = runsInOrder.popFirst() {
            runs[oldest] = nil
        }
    }

    /// Files one message; `id` is the store's.
    ///
    /// The filing is what is known now: evidence that arrives later may change it, and `takeChanges` tells.
    public mutating func receive(_ message: Message, id: Int64, event: UpgradeEvent) -> MessageFiling {
        let key = LedgerKey(dialect: event.dialect, deviceID: event.deviceID)
        watch(message.vantage.recordingID, until: message.recordedAt)
        changed.insert(key)
        let fingerprint = MessageFingerprint(topic: message.topic, payload: message.payload)
        if let first = copies.receive(
            fingerprint,
            id: id,
            on: CopyWindow.Leg(of: message),
            at: message.recordedAt
        ) {
            let known = ledgers[key]?.receiveCopy(message, id: id, of: first)
            return known ?? MessageFiling(role: .copy(of: first))
        }
        openLedger(key, for: event)
        if let url = event.url, event.kind == .offer {
            interest[ArtifactURL(url).path, default: []].insert(key)
        }
        return ledgers[key]?.receive(message, id: id, event: event, fingerprint) ?? MessageFiling()
    }

    /// Files one download; `id` is the store's.
    ///
    /// The filing says whether it is a copy; the sessions it served are told by `takeChanges`.
    public mutating func receive(_ transfer: Transfer, id: Int64, recordingID: Int64) -> TransferFiling {
        watch(recordingID, until: transfer.exchange.endedAt)
        if surroundings.seeingHTTP.insert(recordingID).inserted {
            for (key, ledger) in ledgers where ledger.recordings.contains(recordingID) { changed.insert(key) }
        }
        let (handle, isCopy) = pool.receive(transfer, id: id, recordingID: recordingID)
        if let path = pool.entries[handle]?.url.path { unmatched.insert(path) }
        if isCopy, let known = pool.owners[handle] {
            changed.formUnion([known.ledger] + known.furtherLedgers)
        }
        return pool.filing(of: handle, sighting: id)
    }

    /// Ends one recording: it is known to have watched until `end` and no further.
    public mutating func finish(recordingID: Int64, at end: Timestamp) {
        guard surroundings.watched[recordingID] != nil else { return }
        watch(recordingID, until: end)
        finished.insert(recordingID)
    }

    /// Ends the evidence: all recordings not yet ended are known to have watched until `end` and no further.
    ///
    /// Sessions without an end by then stay open.
    public mutating func finish(at end: Timestamp) {
        for recordingID in surroundings.watched.keys where !finished.contains(recordingID) {
            finish(recordingID: recordingID, at: end)
        }
        unmatched.formUnion(interest.keys.filter(pool.hasTransfers))
    }

    /// What changed since the last call, sessions assessed.
    public mutating func takeChanges() -> SessionChanges {
        settleTransfers()
        for (key, ledger) in ledgers {
            guard let next = ledger.nextChange, next < surroundings.horizon(ledger.recordings) else {
                continue
            }
            changed.insert(key)
        }
        for key in changed.sorted(by: { ($0.dialect, $0.deviceID) < ($1.dialect, $1.deviceID) }) { tell(key) }
        changed = []
        pending.transfers += pool.takeFilings()
        let now = surroundings.watched.values.max() ?? Timestamp(nanoseconds: .min)
        pool.expire(before: now.advanced(by: .zero - TransferPool.memory))
        defer { pending = SessionChanges() }
        return pending
    }

    private mutating func watch(_ recordingID: Int64, until time: Timestamp) {
        surroundings.watched[recordingID] = max(time, surroundings.watched[recordingID] ?? time)
    }
}

// MARK: - Transfers

extension SessionTracker {
    /// Rounds of matching and filing after which they agree, or never will.
    private static let roundLimit = 4

    /// Matches downloads and files messages until neither changes the other.
    private mutating func settleTransfers() {
        match(unmatched)
        unmatched = []
        var open = changed
        for _ in 0..<Self.roundLimit where !open.isEmpty {
            var paths: Set<String> = []
            var alive: Set<String> = []
            for key in open {
                refile(key)
                let offered = (ledgers[key]?.paths ?? []).filter(pool.hasTransfers)
                if ledgers[key]?.takeMatchingChange() == true {
                    paths.formUnion(offered)
                } else {
                    alive.formUnion(offered)
                }
            }
            match(paths.union(alive.filter(pool.hasLoose)))
            open = changed.filter { ledgers[$0]?.isStale == true || !isInStep($0) }
        }
        for key in changed { refile(key) }
    }

    private mutating func match(_ paths: Set<String>) {
        guard !paths.isEmpty else { return }
        let touched = pool.match(paths) { path in
            (interest[path] ?? []).flatMap { ledgers[$0]?.candidates(for: path, $0) ?? [] }
                .sorted { ($0.from, $0.key.deviceID) < ($1.from, $1.key.deviceID) }
        }
        changed.formUnion(touched)
    }

    private func spans(of ledger: DeviceLedger) -> [Session.Key: [TransferSpan]] {
        var spans: [Session.Key: [TransferSpan]] = [:]
        for draft in ledger.partition.drafts {
            let found = pool.transfers(of: draft.key).map(\.span)
            if !found.isEmpty { spans[draft.key] = found }
        }
        return spans
    }

    private func isInStep(_ key: LedgerKey) -> Bool {
        ledgers[key].map { spans(of: $0) == $0.spans } ?? true
    }

    private mutating func refile(_ key: LedgerKey) {
        guard let ledger = ledgers[key] else { return }
        let spans = spans(of: ledger)
        ledgers[key]?.setSpans(spans)
        if ledgers[key]?.isStale == true { ledgers[key]?.refile() }
    }
}

// MARK: - Ledgers

extension SessionTracker {
    private mutating func openLedger(_ key: LedgerKey, for event: UpgradeEvent) {
        if ledgers[key] == nil {
            makeRoom()
            let rules = rules[key.dialect] ?? SessionRules()
            ledgers[key] = DeviceLedger(rules: rules, limit: limits.messagesPerDevice)
        }
        if let id = event.commandID, let run = runs[Command(ledger: key, command: id)] {
            ledgers[key]?.remember(run, of: id)
        }
    }

    /// Lets the devices go that were silent longest, when there are too many.
    private mutating func makeRoom() {
        guard ledgers.count >= limits.devices else { return }
        settleTransfers()
        let oldest = ledgers.sorted { $0.value.lastAt < $1.value.lastAt }.prefix(limits.devices / 8 + 1)
        for (key, _) in oldest {
            tell(key)
            guard let ledger = ledgers.removeValue(forKey: key) else { continue }
            forget(ledger.partition.drafts.map(\.key), of: key, offered: ledger.paths)
            changed.remove(key)
        }
    }

    /// Assesses a device's sessions and notes what changed.
    private mutating func tell(_ key: LedgerKey) {
        guard var ledger = ledgers.removeValue(forKey: key) else { return }
        let horizon = surroundings.horizon(ledger.recordings)
        var present: Set<Session.Key> = []
        var next: Timestamp?
        for evidence in ledger.sessions(pool, surroundings) {
            let tracked = TrackedSession(evidence)
            present.insert(tracked.session.key)
            let settles = evidence.lastChange.advanced(by: limits.retention)
            next = [next, evidence.nextChange, settles].compactMap(\.self).min()
            guard ledger.told.updateValue(tracked, forKey: tracked.session.key) != tracked else { continue }
            pending.sessions.append(tracked)
        }
        let gone = ledger.told.keys.filter { !present.contains($0) }
        for key in gone { ledger.told[key] = nil }
        pending.retracted += gone.sorted { $0.command < $1.command }
        pending.messages += ledger.takeFilings()
        let paths = ledger.paths
        let settled = ledger.settle(horizon: horizon.advanced(by: .zero - limits.retention))
        ledger.thin()
        ledger.nextChange = next
        let left = ledger.paths
        ledgers[key] = ledger
        forget(settled, of: key, offered: paths.subtracting(left))
    }

    private mutating func forget(_ keys: [Session.Key], of ledger: LedgerKey, offered paths: Set<String>) {
        for key in keys {
            remember(key)
            pool.release(key)
        }
        for path in paths {
            interest[path]?.remove(ledger)
            if interest[path]?.isEmpty == true { interest[path] = nil }
        }
    }
}

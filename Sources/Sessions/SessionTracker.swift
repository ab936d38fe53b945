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
    /// Devices whose changes are settled and wait to be told, the last of them next.
    private var untold: [LedgerKey] = []
    private var pending = SessionChanges()
    private var messageCount = 0

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

    /// Files one sight of a message.
    ///
    /// Where it went is told by `takeChanges`: evidence that arrives later may change it.
    /// - Returns: a finding about a message that no session takes.
    @discardableResult
    public mutating func receive(_ sight: MessageSight, event: UpgradeEvent) -> Anomaly? {
        watch(sight.vantage.recordingID, until: sight.recordedAt)
        let leg = CopyWindow.Leg(vantage: sight.vantage, direction: sight.direction)
        let first = copies.receive(sight.fingerprint, id: sight.id, on: leg, at: sight.recordedAt)
        let key = LedgerKey(dialect: event.dialect, deviceID: event.deviceID)
        if let first {
            if let place = ledgers.index(forKey: key) {
                ledgers.values[place].receiveCopy(sight, of: first)
                note(place)
            }
            return nil
        }
        if messageCount >= limits.messages { makeRoom() }
        let place = ledgers.index(forKey: key) ?? openLedger(key)
        if let id = event.commandID, !runs.isEmpty, let run = runs[Command(ledger: key, command: id)] {
            ledgers.values[place].remember(run, of: id)
        }
        if let url = event.url, event.kind == .offer {
            interest[ArtifactURL(url).path, default: []].insert(key)
        }
        let held = ledgers.values[place].messages.count
        defer {
            note(place)
            messageCount += ledgers.values[place].messages.count - held
        }
        return ledgers.values[place].receive(sight, event)
    }

    /// Puts a device on the list of those to tell of.
    private mutating func note(_ place: Dictionary<LedgerKey, DeviceLedger>.Index) {
        guard !ledgers.values[place].isChanged else { return }
        ledgers.values[place].isChanged = true
        changed.insert(ledgers[place].key)
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
    ///
    /// - Parameter limit: Most devices told of at once; what is left is told by the next call.
    /// - Returns: the changes; empty when there is nothing left to tell.
    public mutating func takeChanges(atMost limit: Int = .max) -> SessionChanges {
        if untold.isEmpty { settleChanges() }
        repeat {
            for key in untold.suffix(limit).reversed() { tell(key) }
            untold.removeLast(min(limit, untold.count))
        } while pending.isEmpty && !untold.isEmpty
        defer { pending = SessionChanges() }
        return pending
    }

    /// Whether so much has become final, or waits to be told, that telling of it lets go of much memory.
    public var isFull: Bool {
        if pending.sessions.count >= Self.leastLetGo { return true }
        guard let now = surroundings.watched.values.max() else { return false }
        let quiet = now.advanced(by: .zero - limits.retention - Self.longestWindow)
        let done = ledgers.values.count { $0.lastAt < quiet }
        return done >= max(Self.leastLetGo, ledgers.count / 2)
    }

    /// What no device is held longer for after its last message, retention aside.
    private static let longestWindow = Duration.seconds(3_600)
    /// Devices for which a round of telling is worth its while.
    private static let leastLetGo = 256

    /// Settles downloads and the order of evidence, and lists the devices with something to tell, the earliest last.
    private mutating func settleChanges() {
        settleTransfers()
        for (key, ledger) in ledgers {
            guard let next = ledger.nextChange, next < surroundings.horizon(ledger.recordings) else {
                continue
            }
            changed.insert(key)
        }
        untold = changed.map { (key: $0, at: ledgers[$0]?.firstAt ?? Timestamp(nanoseconds: .max)) }
            .sorted { ($0.at, $0.key.dialect, $0.key.deviceID) > ($1.at, $1.key.dialect, $1.key.deviceID) }
            .map(\.key)
        for key in changed { ledgers[key]?.isChanged = false }
        changed = []
        pending.transfers += pool.takeFilings()
        let now = surroundings.watched.values.max() ?? Timestamp(nanoseconds: .min)
        pool.expire(before: now.advanced(by: .zero - TransferPool.memory))
    }

    private mutating func watch(_ recordingID: Int64, until time: Timestamp) {
        surroundings.watched[recordingID, default: time].raise(to: time)
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
    private mutating func openLedger(_ key: LedgerKey) -> Dictionary<LedgerKey, DeviceLedger>.Index {
        makeRoom()
        let rules = rules[key.dialect] ?? SessionRules()
        ledgers[key] = DeviceLedger(rules: rules, limit: limits.messagesPerDevice)
        guard let place = ledgers.index(forKey: key) else { preconditionFailure("a ledger just opened") }
        return place
    }

    /// Lets the devices go that were silent longest, when there are too many.
    private mutating func makeRoom() {
        guard ledgers.count >= limits.devices || messageCount >= limits.messages else { return }
        settleTransfers()
        let silent = ledgers.map { (key: $0.key, since: $0.value.lastAt) }.sorted { $0.since < $1.since }
        for (key, _) in silent.prefix(ledgers.count / 8 + 1) {
            tell(key)
            guard let ledger = ledgers.removeValue(forKey: key) else { continue }
            messageCount -= ledger.messages.count
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
            let session = SessionAssessment(evidence).session()
            present.insert(session.key)
            let settles = evidence.lastChange.advanced(by: limits.retention)
            next = [next, evidence.nextChange, settles].compactMap(\.self).min()
            let tracked = TrackedSession(
                session: session,
                messages: ledger.takeLinks(of: evidence.draft),
                transfers: pool.links(of: evidence.transfers, to: session.key)
            )
            if ledger.isNews(tracked) { pending.sessions.append(tracked) }
        }
        pending.retracted += ledger.takeRetracted(present)
        let paths = ledger.paths
        messageCount -= ledger.messages.count
        let settled = ledger.settle(horizon: horizon.advanced(by: .zero - limits.retention))
        ledger.thin()
        messageCount += ledger.messages.count
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

private extension Timestamp {
    mutating func raise(to other: Timestamp) { self = max(self, other) }
}

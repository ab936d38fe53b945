// Files evidence into upgrade sessions. dialects.md §5.3–5.5.

public import Dialects
public import Traffic

/// Files messages and downloads into upgrade sessions, whatever their order of arrival.
///
/// Evidence is filed first; states, ends, figures and findings are then computed from a session's evidence in
/// recorded order, so that a live recording and a second reading of the stored messages give equal sessions.
/// Timers run on recorded time alone, and only as far as the recordings that saw a session watched.
public struct SessionTracker: Sendable {
    private let rules: [String: SessionRules]
    private let limits: TrackerLimits
    private var copies: CopyWindow
    private var runs: CommandRuns
    private var interest: [String: Set<LedgerKey>] = [:]
    private var ledgers = LedgerTable()
    private var pool: TransferPool
    private var surroundings = Surroundings()
    /// Paths with downloads that have not been matched yet.
    private var unmatched: Set<String> = []
    /// Places of the devices with something to tell.
    private var changed: Set<Int> = []
    /// Places of devices whose changes are settled and wait to be told, the last of them next.
    private var untold: [Int] = []
    private var pending = SessionChanges()
    private var messageCount = 0
    /// The sessions told of so far, each as it was told last.
    public private(set) var outcomes = OutcomeCounts()
    /// Devices let go at a limit while a session of theirs could still change; such sessions say so.
    public private(set) var devicesLetGoEarly: Int64 = 0
    /// Downloads let go at a limit before it was known whose they are.
    public var downloadsLetGoEarly: Int64 { pool.letGoEarly }

    /// A tracker for the dialects named in `rules`; other dialects get the default windows.
    public init(rules: [String: SessionRules], limits: TrackerLimits = TrackerLimits()) {
        self.rules = rules
        self.limits = limits
        copies = CopyWindow(limit: limits.copyWindow)
        runs = CommandRuns(limit: limits.rememberedCommands)
        pool = TransferPool(limit: limits.transfers)
    }

    /// Lets a session of an earlier run count: a rerun of its command becomes the next attempt.
    public mutating func remember(_ key: Session.Key) {
        let ledger = LedgerKey(dialect: key.dialect, deviceID: key.deviceID)
        runs.remember(key.attempt, of: key.command, by: ledger)
    }

    /// Files one sight of a message.
    ///
    /// Where it went is told by `takeChanges`: evidence that arrives later may change it.
    /// - Returns: a finding about a message that no session takes.
    @discardableResult
    public mutating func receive(_ sight: MessageSight, event: UpgradeEvent) -> Anomaly? {
        surroundings.watch(sight.vantage.recordingID, until: sight.recordedAt)
        let leg = CopyWindow.Leg(vantage: sight.vantage, direction: sight.direction)
        let first = copies.receive(sight.fingerprint, id: sight.id, on: leg, at: sight.recordedAt)
        let key = LedgerKey(event)
        if let first {
            if let place = ledgers.place(of: key) {
                ledgers[place].receiveCopy(sight, of: first)
                note(place)
            }
            return nil
        }
        if messageCount >= limits.messages { makeRoom() }
        let place = ledgers.place(of: key) ?? openLedger(key)
        remind(place, of: event, key)
        note(place)
        messageCount += 1
        let finding = ledgers[place].receive(sight, event)
        if event.kind == .offer, let url = event.url {
            noteInterest(of: key, at: place, in: ArtifactURL(url).path)
        }
        if ledgers[place].messages.count > limits.messagesPerDevice {
            // Telling of a device reduces what is held of it.
            settleTransfers(of: [place])
            tell(place)
        }
        return finding
    }

    /// Notes that downloads of a path may belong to a device, when one of its sessions holds the offer.
    private mutating func noteInterest(of key: LedgerKey, at place: Int, in path: String) {
        guard ledgers[place].isOffered(path) else { return }
        interest[path, default: []].insert(key)
    }

    /// Tells a device's ledger what is known beside it of the session that an event may begin.
    private mutating func remind(_ place: Int, of event: UpgradeEvent, _ key: LedgerKey) {
        guard !runs.isEmpty, let id = event.commandID, !ledgers[place].knows(command: id) else { return }
        guard let run = runs.count(of: id, by: key) else { return }
        ledgers[place].remember(run, of: id)
    }

    /// Puts a device on the list of those to tell of.
    private mutating func note(_ place: Int) {
        guard !ledgers[place].isChanged else { return }
        ledgers[place].isChanged = true
        changed.insert(place)
    }

    private mutating func note(_ keys: some Sequence<LedgerKey>) {
        for key in keys { ledgers.place(of: key).map { note($0) } }
    }

    /// Files one download; `id` is the store's.
    ///
    /// The filing says whether it is a copy; the sessions it served are told by `takeChanges`.
    public mutating func receive(_ transfer: Transfer, id: Int64, recordingID: Int64) -> TransferFiling {
        surroundings.watch(recordingID, until: transfer.exchange.endedAt)
        if surroundings.noteHTTP(recordingID) {
            for place in ledgers.occupied where ledgers[place].recordings.contains(recordingID) {
                note(place)
            }
        }
        let (handle, isCopy) = pool.receive(transfer, id: id, recordingID: recordingID)
        if let path = pool.entries[handle]?.url.path { unmatched.insert(path) }
        if isCopy, let known = pool.owners[handle] { note([known.ledger] + known.furtherLedgers) }
        return pool.filing(of: handle, sighting: id)
    }

    /// Ends one recording: it is known to have watched until `end` and no further.
    public mutating func finish(recordingID: Int64, at end: Timestamp) {
        surroundings.finish(recordingID, at: end)
    }

    /// Ends the evidence: all recordings not yet ended are known to have watched until `end` and no further.
    ///
    /// Sessions without an end by then stay open.
    public mutating func finish(at end: Timestamp) {
        surroundings.finish(at: end)
        unmatched.formUnion(interest.keys.filter(pool.hasTransfers))
    }

    /// What changed since the last call, sessions assessed.
    ///
    /// - Parameters:
    ///   - limit: Most devices told of at once; what is left is told by the next call.
    ///   - quiet: Only devices are told of that have been silent for so long: there is nothing gained by telling of an
    ///     upgrade again and again while it goes on, when nobody watches.
    /// - Returns: the changes; empty when there is nothing left to tell.
    public mutating func takeChanges(
        atMost limit: Int = .max,
        silentFor quiet: Duration = .zero
    ) -> SessionChanges {
        if quiet == .zero, !changed.isEmpty { putBackUntold() }
        if untold.isEmpty { settleChanges(silentFor: quiet) }
        repeat {
            for place in untold.suffix(limit).reversed() { tell(place) }
            untold.removeLast(min(limit, untold.count))
        } while pending.isEmpty && !untold.isEmpty
        defer { pending = SessionChanges() }
        return pending
    }

    /// Puts devices that wait to be told back among those that changed, to be settled together with them.
    private mutating func putBackUntold() {
        for place in untold where ledgers.key(at: place) != nil { note(place) }
        untold = []
    }

    /// Whether so much has become final, or waits to be told, that telling of it lets go of much memory.
    public var isFull: Bool {
        if pending.sessions.count >= Self.leastLetGo { return true }
        guard let now = surroundings.now else { return false }
        let quiet = now.advanced(by: .zero - limits.retention - Self.longestWindow)
        let done = ledgers.occupied.count { ledgers[$0].lastAt < quiet }
        return done >= max(Self.leastLetGo, ledgers.count / 2)
    }

    /// What no device is held longer for after its last message, retention aside.
    private static let longestWindow = Duration.seconds(3_600)
    /// Devices for which a round of telling is worth its while.
    private static let leastLetGo = 256

    /// Settles downloads and the order of evidence, and lists the devices with something to tell, the earliest last.
    private mutating func settleChanges(silentFor quiet: Duration) {
        let now = surroundings.now ?? Timestamp(nanoseconds: .min)
        let limit = now.advanced(by: .zero - quiet)
        let silent = quiet > .zero ? changed.filter { ledgers[$0].lastAt < limit } : nil
        if silent?.isEmpty != true { settleTransfers(of: silent.map(Array.init)) }
        var due = silent ?? changed
        for place in ledgers.occupied {
            guard let next = ledgers[place].nextChange,
                next < surroundings.horizon(ledgers[place].recordings)
            else { continue }
            due.insert(place)
        }
        untold = due.map { place in
            (place: place, at: ledgers[place].firstAt, key: ledgers.key(at: place))
        }
        .sorted { left, right in
            (left.at, left.key?.dialect ?? "", left.key?.deviceID ?? "")
                > (right.at, right.key?.dialect ?? "", right.key?.deviceID ?? "")
        }
        .map(\.place)
        for place in due {
            ledgers[place].isChanged = false
            ledgers[place].nextChange = nil
        }
        changed.subtract(due)
        pending.transfers += pool.takeFilings()
        pool.expire(before: now.advanced(by: .zero - TransferPool.memory))
    }
}

// MARK: - Transfers

extension SessionTracker {
    /// Rounds of matching and filing after which they agree, or never will.
    private static let roundLimit = 4

    /// Matches downloads and files messages until neither changes the other, for these devices or all that changed.
    private mutating func settleTransfers(of wanted: [Int]?) {
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

    private mutating func refile(_ place: Int) {
        if let spans = spans(of: place) { ledgers[place].setSpans(spans) }
        if ledgers[place].isStale { ledgers[place].refile() }
    }
}

// MARK: - Ledgers

extension SessionTracker {
    private mutating func openLedger(_ key: LedgerKey) -> Int {
        makeRoom()
        let rules = rules[key.dialect] ?? SessionRules()
        return ledgers.open(key, DeviceLedger(rules: rules, limit: limits.messagesPerDevice))
    }

    /// Lets the devices go whose sessions are final, or soonest will be, when there are too many.
    private mutating func makeRoom() {
        guard ledgers.count >= limits.devices || messageCount >= limits.messages else { return }
        let leaving = ledgers.occupied.map { (place: $0, finalAt: ledgers[$0].finalAt) }
            .sorted { $0.finalAt < $1.finalAt }
            .prefix(ledgers.count / 8 + 1)
            .map(\.place)
        settleTransfers(of: leaving)
        for place in leaving {
            if !isSettled(place) { tell(place, isLettingGo: true) }
            guard let key = ledgers.key(at: place) else { continue }
            messageCount -= ledgers[place].messages.count
            let drafts = ledgers[place].partition.drafts
            ledgers.close(place)
            forget(drafts, of: key)
            changed.remove(place)
        }
        let closed = Set(leaving)
        untold.removeAll(where: closed.contains)
    }

    /// Whether a device was told of as it is, and nothing can change it any more.
    private func isSettled(_ place: Int) -> Bool {
        guard !ledgers[place].isChanged, let next = ledgers[place].nextChange else { return false }
        let horizon = surroundings.horizon(ledgers[place].recordings)
        return horizon <= next && ledgers[place].openUntil < horizon
    }

    /// Assesses a device's sessions and notes what changed.
    private mutating func tell(_ place: Int, isLettingGo: Bool = false) {
        guard let key = ledgers.key(at: place) else { return }
        // Evidence may have come since the device was settled.
        refile(place)
        let horizon = surroundings.horizon(ledgers[place].recordings)
        // First all are assessed: assessing reads the messages where they stand, telling changes them.
        var assessed = ledgers[place].sessions(pool, surroundings).map { evidence in
            AssessedSession(evidence, letGoAt: isLettingGo ? horizon : nil, retention: limits.retention)
        }
        if assessed.contains(where: \.isLetGoEarly) { devicesLetGoEarly += 1 }
        for index in assessed.indices {
            let session = assessed[index].session
            let tracked = TrackedSession(
                session: session,
                messages: ledgers[place].takeLinks(of: assessed[index].draft),
                transfers: pool.links(of: assessed[index].transfers, to: session.key)
            )
            if ledgers[place].isNews(tracked, &outcomes) { pending.sessions.append(tracked) }
        }
        pending.retracted += ledgers[place].takeRetracted(assessed, &outcomes)
        ledgers[place].nextChange = assessed.lazy.map(\.nextChange).min()
        ledgers[place].openUntil = assessed.lazy.map(\.openUntil).max() ?? Timestamp(nanoseconds: .min)
        assessed = []
        messageCount -= ledgers[place].messages.count
        let settled = ledgers[place].settle(horizon: horizon.advanced(by: .zero - limits.retention))
        ledgers[place].thin()
        messageCount += ledgers[place].messages.count
        forget(settled, of: key)
    }

    /// Forgets sessions that a device's ledger no longer holds, except how often their commands ran.
    private mutating func forget(_ drafts: [SessionDraft], of ledger: LedgerKey) {
        guard !drafts.isEmpty else { return }
        let left = ledgers.place(of: ledger).map { ledgers[$0].paths { _ in true } } ?? []
        for draft in drafts {
            // A session without a command id is named by its time, and that does not come again.
            if draft.commandID != nil { remember(draft.key) }
            pool.release(draft.key)
            for path in draft.urls.lazy.map(\.path) where !left.contains(path) {
                interest[path]?.remove(ledger)
                if interest[path]?.isEmpty == true { interest[path] = nil }
            }
        }
    }
}

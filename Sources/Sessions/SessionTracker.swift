// Files evidence into upgrade sessions. dialects.md §5.3–5.5.

public import Dialects
public import Traffic

/// Files messages and downloads into upgrade sessions, whatever their order of arrival.
///
/// Evidence is filed first; states, ends, figures and findings are then computed from a session's evidence in
/// recorded order, so that a live recording and a second reading of the stored messages give equal sessions.
/// Timers run on recorded time alone, and only as far as the recordings that saw a session watched.
public struct SessionTracker: ~Copyable {
    let rules: [String: SessionRules]
    let limits: TrackerLimits
    var copies: CopyWindow
    var runs: CommandRuns
    var commandOwners: CommandOwners
    var families = Families()
    var interest: [String: Set<LedgerKey>] = [:]
    var ledgers = LedgerTable()
    var pool: TransferPool
    var surroundings = Surroundings()
    /// Paths with downloads that have not been matched yet.
    var unmatched: Set<String> = []
    /// Places of the devices with something to tell.
    var changed: Set<Int> = []
    /// How often what changed was settled to be told.
    private var roundsTold = 0
    /// Places of devices whose changes are settled and wait to be told, the last of them next.
    var untold: [Int] = []
    var pending = SessionChanges()
    var messageCount = 0
    /// The sessions told of so far, each as it was told last.
    public internal(set) var outcomes = OutcomeCounts()
    /// Devices let go at a limit while a session of theirs could still change; such sessions say so.
    public internal(set) var devicesLetGoEarly: Int64 = 0
    /// Downloads let go at a limit before it was known whose they are.
    public var downloadsLetGoEarly: Int64 { pool.letGoEarly }
    /// Servers that were not reached, forgotten early to stay within the limits: sessions may not know why they failed.
    public var unreachedLetGoEarly: Int64 { surroundings.unreached.letGoEarly }

    /// A tracker for the dialects named in `rules`; other dialects get the default windows.
    public init(rules: [String: SessionRules], limits: TrackerLimits = TrackerLimits()) {
        self.rules = rules
        self.limits = limits
        copies = CopyWindow(limit: limits.copyWindow)
        runs = CommandRuns(limit: limits.rememberedCommands)
        commandOwners = CommandOwners(rules: rules, limit: limits.rememberedCommands)
        pool = TransferPool(limit: limits.transfers)
    }

    /// Lets a session of an earlier run count: a rerun of its command becomes the next attempt.
    public mutating func remember(_ key: Session.Key) {
        let ledger = LedgerKey(dialect: key.dialect, deviceID: key.deviceID)
        runs.remember(key.attempt, of: key.command, by: ledger)
    }

    /// Notes devices with sessions under way of which nothing is known here: they count as let go.
    public mutating func noteLetGo(devices: Int) {
        devicesLetGoEarly += Int64(devices)
    }

    /// Lets a version count that the device of an earlier run's session was known to run.
    public mutating func remember(version: String, of key: Session.Key) {
        let ledger = LedgerKey(dialect: key.dialect, deviceID: key.deviceID)
        let place = ledgers.place(of: ledger) ?? openLedger(ledger)
        ledgers[place].versions.add(version)
        ledgers[place].refile()
    }

    /// Files one sight of a message.
    ///
    /// Where it went is told by `takeChanges`: evidence that arrives later may change it. A message that names a command
    /// and no device, in a dialect whose ids are global, waits until its command's device is known.
    /// What our subscription was handed out of the broker's memory begins and changes nothing.
    /// - Returns: a finding about a message that no session takes.
    @discardableResult
    public mutating func receive(_ sight: MessageSight, event: UpgradeEvent) -> Anomaly? {
        if sight.isBrokersMemory { return nil }
        guard commandOwners.concerns(event.dialect) else { return file(sight, event) }
        guard let event = commandOwners.attributed(event, sight) else { return nil }
        let finding = file(sight, event)
        for waiting in commandOwners.takeWaiting(for: event) {
            receive(waiting.sight, event: waiting.event)
        }
        return finding
    }

    private mutating func file(_ sight: MessageSight, _ event: UpgradeEvent) -> Anomaly? {
        surroundings.watch(sight.vantage.recordingID, until: sight.recordedAt)
        let leg = CopyWindow.Leg(vantage: sight.vantage, direction: sight.direction)
        let first = copies.receive(sight.fingerprint, id: sight.id, on: leg, at: sight.recordedAt)
        if let first {
            if let place = ledgers.place(of: LedgerKey(event)) {
                ledgers[place].receiveCopy(sight, of: first)
                note(place, isNews: false)
            }
            return nil
        }
        if messageCount >= limits.messages { makeRoom() }
        if let ledger = ledgers.recent(event), ledger.receive(repeated: sight, event) {
            messageCount += 1
            note(ledger.place, isNews: false)
            reduceIfTooLong(ledger)
            return nil
        }
        let key = LedgerKey(event)
        let place = ledgers.place(of: key) ?? openLedger(key)
        remind(place, of: event, key)
        messageCount += 1
        let (gatewayCount, statement) = (ledgers[place].gateways.count, ledgers[place].lastStatement)
        let finding = ledgers[place].receive(sight, event)
        note(place, isNews: ledgers[place].lastStatement !== statement)
        ledgers.note(ledgers[place], last: event)
        if ledgers[place].gateways.count > gatewayCount, let gateway = event.gatewayID {
            families.add(key, to: gateway)
        }
        if event.kind == .offer, let url = event.url {
            noteInterest(of: key, at: place, in: ArtifactURL(url).path)
        }
        reduceIfTooLong(ledgers[place])
        return finding
    }

    /// Tells of a device of which too much is held: that reduces it.
    private mutating func reduceIfTooLong(_ ledger: DeviceLedger) {
        guard ledger.messages.count > limits.messagesPerDevice else { return }
        settleTransfers(of: [ledger.place])
        tell(ledger.place)
    }

    /// Notes that downloads of a path may belong to a device, when one of its sessions holds the offer.
    private mutating func noteInterest(of key: LedgerKey, at place: Int, in path: String) {
        guard ledgers[place].isOffered(path) else { return }
        interest[path, default: []].insert(key)
    }

    /// Tells a device's ledger what is known beside it of the session that an event may begin.
    private mutating func remind(_ place: Int, of event: UpgradeEvent, _ key: LedgerKey) {
        guard !runs.isEmpty, let id = event.commandID, ledgers[place].lastCommandID != id else { return }
        ledgers[place].lastCommandID = id
        guard !ledgers[place].knows(command: id), let run = runs.count(of: id, by: key) else { return }
        ledgers[place].remember(run, of: id)
    }

    /// Puts a device on the list of those to tell of; it is no news that what it said last goes on.
    mutating func note(_ place: Int, isNews: Bool = true) {
        if isNews { ledgers[place].hasNews = true }
        guard !ledgers[place].isChanged else { return }
        ledgers[place].isChanged = true
        ledgers[place].changedAfter = roundsTold
        changed.insert(place)
    }

    mutating func note(_ keys: some Sequence<LedgerKey>) {
        for key in keys { ledgers.place(of: key).map { note($0) } }
    }

    /// Files one download; `id` is the store's.
    ///
    /// The filing says whether it is a copy; the sessions it served are told by `takeChanges`.
    public mutating func receive(_ transfer: Transfer, id: Int64, recordingID: Int64) -> TransferFiling {
        surroundings.watch(recordingID, until: transfer.exchange.endedAt)
        if let host = ArtifactURL(transfer.exchange.url).server?.host,
            surroundings.noteHTTP(recordingID, to: host)
        {
            for place in ledgers.occupied where ledgers[place].recordings.contains(recordingID) {
                note(place)
            }
        }
        let (handle, isCopy) = pool.receive(transfer, id: id, recordingID: recordingID)
        if let path = pool.entries[handle]?.url.path { unmatched.insert(path) }
        if isCopy, let known = pool.owners[handle] { note([known.ledger] + known.furtherLedgers) }
        return pool.filing(of: handle, sighting: id)
    }

    /// Notes that a recording was without its source for a time, or until when.
    public mutating func note(_ outage: Outage, of recordingID: Int64) {
        guard surroundings.note(outage, of: recordingID) else { return }
        for place in ledgers.occupied where ledgers[place].recordings.contains(recordingID) { note(place) }
    }

    /// Notes that a server was not reached: it may be why a session that was offered its URL failed.
    public mutating func receive(_ server: UnreachedServer) {
        surroundings.unreached.receive(server)
    }

    /// Puts the devices on the list of those to tell of that may have wanted to reach such a server.
    private mutating func noteUnreached() {
        let hosts = surroundings.unreached.takeNews()
        guard !hosts.isEmpty else { return }
        for place in ledgers.occupied where ledgers[place].isOffered(anyOf: hosts) { note(place) }
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
    ///   - goingOnLimit: Most devices told of at once that only go on with what they said last, those that wait longest
    ///     first: somebody watches, but a fleet is not told of anew at every report.
    /// - Returns: the changes; empty when there is nothing left to tell.
    public mutating func takeChanges(
        atMost limit: Int = .max,
        silentFor quiet: Duration = .zero,
        goingOnAtMost goingOnLimit: Int = .max
    ) -> SessionChanges {
        if quiet == .zero, !changed.isEmpty { putBackUntold() }
        if untold.isEmpty { settleChanges(chosenChanges(silentFor: quiet, goingOnAtMost: goingOnLimit)) }
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

    /// The places of devices that changed and are to be told of; `nil` for all of them.
    private func chosenChanges(silentFor quiet: Duration, goingOnAtMost limit: Int) -> Set<Int>? {
        if quiet > .zero {
            let end = now.advanced(by: .zero - quiet)
            return changed.filter { ledgers[$0].lastAt < end }
        }
        guard changed.count > limit else { return nil }
        let goingOn = changed.filter { !ledgers[$0].hasNews }
            .sorted { (ledgers[$0].changedAfter, $0) < (ledgers[$1].changedAfter, $1) }
        return changed.subtracting(goingOn.dropFirst(limit))
    }

    private var now: Timestamp { surroundings.now ?? Timestamp(nanoseconds: .min) }

    /// Settles downloads and the order of evidence, and lists the devices with something to tell, the earliest last.
    private mutating func settleChanges(_ chosen: Set<Int>?) {
        noteUnreached()
        roundsTold += 1
        if chosen?.isEmpty != true { settleTransfers(of: chosen.map(Array.init)) }
        var due = chosen ?? changed
        noteChildren(of: due, &due)
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
            ledgers[place].hasNews = false
            ledgers[place].nextChange = nil
        }
        changed.subtract(due)
        pending.transfers += pool.takeFilings()
        pool.expire(before: now.advanced(by: .zero - TransferPool.memory))
    }
}

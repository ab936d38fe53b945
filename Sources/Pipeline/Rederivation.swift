// Sessions from stored evidence: the same tracker, fed from the store in recorded order.

public import Dialects
public import Sessions
public import Store
public import Traffic

/// Derives all sessions of a store again from its messages and transfers.
///
/// Sessions belong to the store, not to a recording: evidence of one upgrade may come from several sources, one
/// after the other. Reading everything in recorded order makes the order of importing irrelevant.
public enum Rederivation {
    /// Replaces the store's sessions by those that its evidence gives with these dialects.
    ///
    /// Sessions keep their numbers. Payloads are read again from their bytes, so that a newer dialect counts; what it
    /// reads takes the place of what was read before.
    /// - Parameters:
    ///   - store: The store.
    ///   - dialects: What reads its messages.
    ///   - limits: How much is held in memory.
    ///   - end: Until when recordings that are still running have watched; their own rows say it of the others.
    ///   - importEnd: An import that ends in the same moment.
    ///   - progress: Called now and then with the messages and downloads read so far.
    /// - Returns: what was read, and what the limits cut.
    /// - Throws: what the store throws.
    @discardableResult
    public static func run(
        _ store: UpgradeStore,
        dialects: DialectSet,
        limits: TrackerLimits = TrackerLimits(),
        runningUntil end: Timestamp? = nil,
        ending importEnd: ImportEnd? = nil,
        progress: (Int64) -> Void = { _ in }
    ) throws -> DerivationReport {
        var derivation = Derivation(store: store, dialects: dialects, limits: limits)
        try store.replaceSessions(ending: importEnd) { replacement in
            try derivation.run(into: replacement, runningUntil: end, progress: progress)
            replacement.end?.counts.losses.note(derivation.report)
        }
        return derivation.report
    }

    /// Does the same, and says what it came to and what it changed.
    ///
    /// - Parameters:
    ///   - store: The store.
    ///   - dialects: What reads its messages.
    ///   - limits: How much is held in memory.
    ///   - progress: Called now and then with the messages and downloads read so far.
    /// - Returns: what was read, what its own limits cut, and what is not as it was.
    /// - Throws: what the store throws.
    public static func report(
        _ store: UpgradeStore,
        dialects: DialectSet,
        limits: TrackerLimits = TrackerLimits(),
        progress: (Int64) -> Void
    ) throws -> DerivationReport {
        var derivation = Derivation(store: store, dialects: dialects, limits: limits)
        let changes = try store.replaceSessionsComparing { replacement in
            try derivation.run(into: replacement, runningUntil: nil, progress: progress)
        }
        var report = derivation.report
        report.changes = changes
        return report
    }
}

/// What a derivation from all stored evidence came to.
public struct DerivationReport: Hashable, Sendable {
    /// Messages and downloads that were read.
    public var evidenceRead: Int64 = 0
    /// Devices let go at a limit while a session of theirs could still change.
    public var devicesLetGo: Int64 = 0
    /// Downloads let go at a limit before it was known whose they are.
    public var downloadsLetGo: Int64 = 0
    /// Servers not reached that were forgotten at a limit while they may still explain a failure.
    public var unreachedLetGo: Int64 = 0
    /// Findings about messages without a session beyond those that are kept.
    public var findingsNotKept: Int64 = 0
    /// Sessions whose evidence is gone, left as they are.
    public var sessionsPruned: Int64 = 0
    /// What is not as it was.
    public var changes = ReplacementChanges()
}

/// One reading of a store's evidence.
private struct Derivation: ~Copyable {
    let store: UpgradeStore
    let limits: TrackerLimits
    var dialects: DialectReader
    var tracker: SessionTracker
    var report = DerivationReport()
    private var findings = 0

    init(store: UpgradeStore, dialects: DialectSet, limits: TrackerLimits) {
        self.store = store
        self.limits = limits
        self.dialects = DialectReader(dialects)
        tracker = SessionTracker(rules: dialects.sessionRules, limits: limits)
    }

    mutating func run(
        into replacement: SessionReplacement,
        runningUntil end: Timestamp?,
        progress: (Int64) -> Void = { _ in }
    ) throws {
        let leftOut = replacement.recordingsLeftOut
        let recordings = try store.recordings().filter { !leftOut.contains($0.id) }
        tracker.note(try store.outages())
        let remains = try store.remainsOfPruned()
        report.sessionsPruned = remains.sessions
        for key in try store.prunedSessionKeys(limit: limits.rememberedCommands) { tracker.remember(key) }
        try store.forEachEvidence { evidence in
            switch evidence {
            case .message(let stored) where remains.messages.contains(stored.id): return
            case .transfer(let stored) where remains.transfers.contains(stored.id): return
            case .message, .transfer, .unreached: break
            }
            guard !leftOut.contains(evidence.recordingID) else { return }
            try read(evidence, into: replacement)
            report.evidenceRead += 1
            guard report.evidenceRead.isMultiple(of: Self.evidenceBetweenLooks) else { return }
            progress(report.evidenceRead)
            if tracker.isFull { try replacement.add(tracker.takeChanges()) }
        }
        // Each recording watched until its own end: silence after it says nothing.
        for recording in recordings {
            if let end = recording.endedAt ?? end { tracker.finish(recordingID: recording.id, at: end) }
        }
        var changes = tracker.takeChanges(atMost: Self.devicesAtOnce)
        while !changes.isEmpty {
            try replacement.add(changes)
            changes = tracker.takeChanges(atMost: Self.devicesAtOnce)
        }
        report.devicesLetGo = tracker.devicesLetGoEarly
        report.downloadsLetGo = tracker.downloadsLetGoEarly
        report.unreachedLetGo = tracker.unreachedLetGoEarly
    }

    private mutating func read(_ evidence: StoredEvidence, into replacement: SessionReplacement) throws {
        switch evidence {
        case .message(let stored):
            let events = dialects.events(of: stored.message)
            try replacement.setReading(events.first.map { MessageReading($0) }, of: stored)
            for finding in tracker.receive(events, of: stored) { try keep(finding, in: replacement) }
        case .transfer(let stored):
            tracker.receive(stored)
        case .unreached(let stored):
            tracker.receive(stored.server)
        }
    }

    private mutating func keep(_ finding: Anomaly, in replacement: SessionReplacement) throws {
        findings += 1
        guard findings <= Self.findingLimit else { return report.findingsNotKept += 1 }
        try replacement.add(finding)
    }

    /// Evidence read between two looks at whether there is much to tell: a look goes over all devices.
    private static let evidenceBetweenLooks: Int64 = 1_024

    /// Devices whose sessions are handed to the store at once.
    private static let devicesAtOnce = 512

    /// Findings about evidence without a session that are kept; the messages themselves are all kept.
    private static let findingLimit = 100_000
}

private extension SessionReplacement {
    func add(_ changes: SessionChanges) throws {
        for session in changes.derivedSessions { try add(session) }
    }
}

private extension StoredEvidence {
    /// The recording that saw it.
    var recordingID: Int64 {
        switch self {
        case .message(let stored): stored.message.vantage.recordingID
        case .transfer(let stored): stored.recordingID
        case .unreached(let stored): stored.recordingID
        }
    }
}

extension Losses {
    /// Notes what the derivation let go of at its limits that the sessions in the store are from.
    mutating func note(_ report: DerivationReport) {
        devicesLetGo = report.devicesLetGo
        downloadsLetGo = report.downloadsLetGo
    }
}

// `record`: several sources at once through one writer.

public import Dialects
import Sessions
public import Store
import Synchronization
import Traffic

/// A running recording: one row per source, one ingest for all.
public final class LiveRecording: Sendable {
    let plan: RecordingPlan
    let store: UpgradeStore
    let identity: StoreIdentity?
    /// What goes on when this recording has ended, in another store.
    let succession = Mutex(Succession())
    /// When something was recorded live into the store for the first time.
    let begunAt: Timestamp
    private let ingest: Ingest
    private let sources: RecordingSources
    private let upkeep: StoreUpkeep?
    private let notes = Mutex<(waiting: [RecordingNote], last: RecordingNote?)>(([], nil))
    private let failures = AsyncStream.makeStream(of: RunError.self, bufferingPolicy: .bufferingOldest(2))

    /// Records for as long as `body` runs; what happened before it ended is in the store when this returns.
    ///
    /// - Parameters:
    ///   - plan: The sources. When `body` begins, each of them sees everything that happens from then on.
    ///   - store: Where to; no other process may record to it meanwhile.
    ///   - dialects: What is kept, and how it is read.
    ///   - ending: What to do while what waits on the disk is still read, after `body`; cancelled when all is read.
    ///   - body: What to do meanwhile.
    /// - Returns: what `body` returned, and what was recorded.
    /// - Throws: `RunError` when a source cannot be opened or another process records to the store, what the store
    ///   throws, or what `body` throws; what was recorded until then is kept.
    public static func run<Result: Sendable>(
        _ plan: RecordingPlan,
        store: UpgradeStore,
        dialects: DialectSet,
        ending: @escaping @Sendable (LiveRecording) async -> Void = { _ in },
        _ body: (LiveRecording) async throws -> Result
    ) async throws -> (result: Result, summary: RecordingSummary) {
        let lock = try RecorderLock(of: store)
        defer { lock.release() }
        return try await runLocked(plan, store: store, dialects: dialects, ending: ending, body)
    }

    /// Does so for who has the store's lock.
    static func runLocked<Result: Sendable>(
        _ plan: RecordingPlan,
        store: UpgradeStore,
        dialects: DialectSet,
        ending: @escaping @Sendable (LiveRecording) async -> Void,
        _ body: (LiveRecording) async throws -> Result
    ) async throws -> (result: Result, summary: RecordingSummary) {
        _ = try await plan.recover(store, reading: dialects)
        let hasEarlier = try !store.recordings().isEmpty
        let recording = try await LiveRecording(plan, store: store, dialects: dialects)
        let failed = Mutex(false)
        async let running: Swift.Result<Void, any Error> = catching {
            try await recording.sources.run(into: recording.ingest, reading: dialects) { failure in
                failed.withLock { $0 = true }
                recording.failures.continuation.yield(failure)
            }
        }
        let keeping = recording.keepWithinLimit()
        let outcome = await catching { try await body(recording) }
        // Nothing is let go while sessions are derived.
        keeping?.cancel()
        await keeping?.value
        let successor = recording.succession.withLock(\.successor)
        let closing = await recording.sources.close(toGoOn: successor != nil)
        let telling = Task { await ending(recording) }
        let sourcing = await running
        telling.cancel()
        await telling.value
        // Whatever failed, what was recorded is written before anybody hears of it.
        let state: StoredRecording.State = failed.withLock(\.self) ? .failed : .finished
        let isDerived = try await recording.finish(dialects, state: state, hasEarlier: hasEarlier)
        if successor == nil { try await recording.upkeep?.run() }
        let value = try outcome.get()
        try sourcing.get()
        if let closing { throw closing }
        return (value, await recording.summary(isDerived: isDerived))
    }

    private func summary(isDerived: Bool) async -> RecordingSummary {
        if let excess = await upkeep?.takeExcess() { note(excess) }
        return RecordingSummary(
            recordingIDs: sources.recordingIDs,
            progress: await progress,
            notes: takeNotes(),
            pruned: await pruned,
            successor: succession.withLock(\.successor),
            isDerived: isDerived
        )
    }

    private init(_ plan: RecordingPlan, store: UpgradeStore, dialects: DialectSet) async throws {
        self.plan = plan
        self.store = store
        identity = StoreIdentity(ofFileAt: store.path)
        ingest = try Ingest(
            store: store,
            dialects: dialects,
            limits: plan.sessions,
            continuing: Continuation(at: .now())
        )
        sources = try await RecordingSources(plan, store: store, dialects: dialects)
        upkeep = plan.retention.map { StoreUpkeep(store, keeping: $0) }
        begunAt = try store.recordings().first { $0.start.kind != .file }?.start.startedAt ?? .now()
    }

    /// Keeps the store within its limit until the task is cancelled; a store that cannot be pruned ends the run.
    private func keepWithinLimit() -> Task<Void, Never>? {
        upkeep.map { upkeep in
            Task {
                do {
                    try await upkeep.keep()
                } catch {
                    let reason = "The store cannot be kept within --retain: \(error)"
                    failures.continuation.yield(RunError(.impossible, reason, cause: error))
                }
            }
        }
    }

    /// What was let go of to stay within the limit.
    public var pruned: PruneTally {
        get async { await upkeep?.tally ?? PruneTally() }
    }

    /// Totals so far.
    public var progress: RecordingProgress {
        get async {
            var progress = await ingest.progress
            progress.lossyOutages = sources.lossyOutages
            progress.waitsFor = sources.missingBroker
            progress.spooledPackets = sources.spooledPackets
            return progress
        }
    }

    /// Waits until a source ends by itself, such as a broker that goes away; for one caller.
    ///
    /// - Returns: what happened; `nil` when the waiting task was cancelled.
    public func waitForFailure() async -> RunError? {
        await failures.stream.first { _ in true }
    }

    /// Writes what has gathered so far, and what was lost, so that other programs see it.
    ///
    /// - Returns: whether it was written; `false` while another program holds the store, which is no error.
    /// - Throws: what else the store throws.
    @discardableResult
    public func commit() async throws -> Bool {
        try checkStoreIsThere()
        await sources.noteTotals(ingest)
        do {
            try await ingest.commit()
            try sources.saveOutages()
        } catch let error as StoreError where error.mayPass {
            return false
        }
        if let failure = sources.flushPackets() { note(.packetsNotKept(failure)) }
        if let excess = await upkeep?.takeExcess() { note(excess) }
        await keepPacketsOfFailures()
        return true
    }

    /// What there is to say beside the totals, since this was last called.
    public func takeNotes() -> [RecordingNote] {
        let ours = notes.withLock { notes in
            defer { notes.waiting = [] }
            return notes.waiting
        }
        return sources.takeNotes() + ours
    }

    /// Begins the next packet file, for programs that move files away.
    public func reopenPackets() { sources.reopenPackets() }

    /// Reads no more of the packets that wait: those in memory are dropped and counted, those on the disk are taken in
    /// by the next start.
    public func abandonPackets() { sources.abandonPackets() }

    /// Writes the packets of the last while when sessions have failed, where these are kept.
    private func keepPacketsOfFailures() async {
        let failures = await ingest.takeFailures()
        guard !failures.isEmpty else { return }
        do throws(RunError) {
            guard let snapshot = try sources.snapshotPackets() else { return }
            note(.snapshot(snapshot, failures: failures))
        } catch {
            note(.packetsNotKept(error.message))
        }
    }

    /// Adds a note; the same as the last one is not said again, and who never asks is not told for ever.
    func note(_ note: RecordingNote) {
        notes.withLock { notes in
            guard notes.last != note else { return }
            notes.last = note
            notes.waiting = notes.waiting.suffix(999) + [note]
        }
    }

    /// Files a download that our own firmware host served, for want of a view of the wire.
    func receive(served transfer: Transfer) async {
        guard let recordingID = sources.recordingIDs.first else { return }
        await ingest.receive(served: transfer, recordingID: recordingID)
    }

    /// Writes the rest, derives sessions again where that is needed, and ends the recordings' rows.
    ///
    /// One source into an empty store needs no derivation unless later evidence took back what was written.
    /// - Returns: whether sessions are as all evidence gives them; who goes on in another store leaves that for later.
    private func finish(
        _ dialects: DialectSet,
        state: StoredRecording.State,
        hasEarlier: Bool
    ) async throws -> Bool {
        let end = Timestamp.now()
        await sources.noteTotals(ingest)
        let counts = try await ingest.finish(at: end)
        await keepPacketsOfFailures()
        let wasTakenBack = await ingest.needsDerivation
        let needsDerivation = hasEarlier || wasTakenBack || sources.recordingIDs.count > 1
        let goesOn = succession.withLock { $0.successor != nil }
        if needsDerivation, !goesOn {
            try Rederivation.run(store, dialects: dialects, limits: plan.sessions, runningUntil: end)
        }
        try sources.finish(at: end, counts: counts, state: state)
        return !needsDerivation || !goesOn
    }
}

/// What `body` returned or threw, for when something must happen in between.
private func catching<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
    do {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}

/// What a run of `record` came to.
public struct RecordingSummary: Sendable {
    /// The recordings' ids in the store.
    public let recordingIDs: [Int64]
    /// What was seen, kept and lost.
    public let progress: RecordingProgress
    /// What there was to say since the body last asked.
    public let notes: [RecordingNote]
    /// What was let go of to stay within the plan's limit.
    public let pruned: PruneTally
    /// What goes on in another store, when the recording ended for that.
    let successor: Successor?
    /// Whether the store's sessions are as all its evidence gives them.
    let isDerived: Bool
}

// Evidence in, rows out: files messages and downloads into sessions, writes in batches.

import Dialects
import Sessions
import Spool
import Store
import Traffic

/// The one writer of a run: every source of every recording in this process feeds it.
///
/// Ids are given here, before anything is written, so that sessions and findings can name their evidence. What no
/// dialect claims is counted and not kept. One batch gathers while the one before it is written; it may grow past its
/// size until that is done, so that neither waits for the other at every batch.
actor Ingest {
    /// Evidence that is gathered before it is written in one transaction.
    private static let batchSize = 3_072
    /// Evidence that may gather while the batch before it is being written; then whoever brings more waits.
    private static let gatheringLimit = 3 * batchSize
    /// Evidence that is worth a transaction of its own when no more comes at the moment.
    private static let worthWriting = 64
    /// Bytes of messages that are written in one transaction, when they are large.
    private static let batchBytes = 8 << 20
    /// Evidence that may wait while another program holds the store; then nothing more is taken.
    private static let waitingLimit = 65_536
    /// Between two tries to write to a store that another program holds.
    private static let retryInterval = Duration.milliseconds(100)
    /// Devices whose sessions are written in one transaction, as long as more evidence comes.
    private static let devicesAtOnce = 384
    /// Devices told of at every look at a live recording of which there is no news but that their upgrade goes on.
    private static let goingOnAtOnce = 64
    /// Recorded time after its last message in which a device may well say more.
    private static let restingTime = Duration.seconds(180)

    private let store: UpgradeStore
    private var tracker: SessionTracker
    private var batch = StoreBatch()
    private let outbox = Outbox()
    private var writing: Task<StoreError?, Never>?
    private var nextMessageID: Int64
    private var nextTransferID: Int64
    private var counts: [Int64: RecordingCounts] = [:]
    /// How far the spools are read, as the batch that is being written has it, and as the store has it.
    private var positionsBeingWritten: [Int64: Int64] = [:]
    private var positionsWritten: [Int64: Int64] = [:]
    private(set) var progress = RecordingProgress()
    private var failures = FailureWatch()
    /// Whether only a derivation from all stored evidence is right: what was told was taken back.
    private(set) var needsDerivation = false

    /// Whether sessions are derived along with the evidence; otherwise a derivation from the store is for later.
    private let derivesSessions: Bool

    init(
        store: UpgradeStore,
        dialects: DialectSet,
        limits: TrackerLimits = TrackerLimits(),
        derivesSessions: Bool = true,
        continuing continuation: Continuation? = nil
    ) throws {
        self.store = store
        self.derivesSessions = derivesSessions
        tracker = SessionTracker(rules: dialects.sessionRules, limits: limits)
        nextMessageID = try store.nextMessageID()
        nextTransferID = try store.nextTransferID()
        if let continuation {
            let changes = try continuation.prime(&tracker, from: store, dialects: dialects, limits: limits)
            batch.sessions = changes.derivedSessions
        } else {
            for key in try store.latestSessionKeys(limit: limits.rememberedCommands) { tracker.remember(key) }
        }
    }

    /// Files evidence and has it written when enough has gathered; what was kept so far.
    @discardableResult
    func receive(_ evidence: ReadEvidence) async throws -> RecordingProgress {
        for (connection, recordingID) in evidence.connections { batch.add(connection, recordingID) }
        receiveMessages(of: evidence)
        for (transfer, recordingID) in evidence.transfers { receive(transfer, recordingID) }
        for unreached in evidence.unreached { receive(unreached) }
        if let spooled = evidence.spooled {
            counts[spooled.recordingID, default: RecordingCounts()].spoolPosition = spooled.position
        }
        guard isWorthHandingOver else { return progress }
        while try await !handOverIfPossible(), batch.evidenceCount >= Self.waitingLimit {
            // Whoever brings evidence waits with us: a spool grows meanwhile, a queue drops and counts.
            try await Task.sleep(for: Self.retryInterval)
        }
        // Sessions go with the batch after that of their evidence: they are told while that is written.
        file(tracker.takeChanges(atMost: Self.devicesAtOnce, silentFor: Self.restingTime))
        return progress
    }

    /// Whether a batch has gathered, and the writer is free for it or it cannot grow further.
    private var isWorthHandingOver: Bool {
        if batch.messages.byteCount >= Self.batchBytes || batch.evidenceCount >= Self.gatheringLimit {
            return true
        }
        return batch.evidenceCount >= Self.batchSize && !outbox.isWriting
    }

    /// Has what has gathered written, when it is much: for who has nothing more to bring at the moment.
    func pause() async throws {
        guard batch.evidenceCount >= Self.worthWriting else { return }
        _ = try await handOverIfPossible()
    }

    /// Hands over what has gathered; whether that was possible.
    ///
    /// While another program holds the store or the disk is full, what waits is written with a later batch.
    private func handOverIfPossible() async throws(StoreError) -> Bool {
        do throws(StoreError) {
            try await handOver()
        } catch {
            guard error.mayPass else { throw error }
            return false
        }
        return true
    }

    /// How much of a recording's spool is in the store.
    func spoolPosition(of recordingID: Int64) -> Int64 { positionsWritten[recordingID] ?? 0 }

    /// Goes on with a recording from what the store holds of it.
    func resume(_ recordingID: Int64, from stored: RecordingCounts) {
        counts[recordingID] = stored
    }

    /// Files a download that our own firmware host served.
    func receive(served transfer: Transfer, recordingID: Int64) {
        receive(transfer, recordingID)
    }

    /// Notes what a source has seen on the wire so far.
    func note(_ totals: RecordingTotals, recordingID: Int64) {
        counts[recordingID, default: RecordingCounts()].packets = totals.packets
        counts[recordingID, default: RecordingCounts()].bytes = totals.bytes
        counts[recordingID, default: RecordingCounts()].losses = totals.losses
        progress.note(counts.values.map(\.losses))
    }

    /// Notes when sources were not there.
    func note(_ outages: [RecordingOutage]) {
        tracker.note(outages)
    }

    /// Notes how a source's spool stands.
    func note(_ spool: SpoolState, recordingID: Int64) {
        progress.spools[recordingID] = spool
    }

    /// Notes what the tracker let go early: in the first recording, since devices belong to none.
    private func noteLetGo() {
        guard let recordingID = counts.keys.min() else { return }
        counts[recordingID]?.losses.devicesLetGo = tracker.devicesLetGoEarly
        counts[recordingID]?.losses.downloadsLetGo = tracker.downloadsLetGoEarly
        counts[recordingID]?.losses.unreachedLetGo = tracker.unreachedLetGoEarly
        progress.note(counts.values.map(\.losses))
    }

    /// The sessions that failed since this was last called.
    func takeFailures() -> [FailedSession] { failures.takeNews() }

    /// Writes what has gathered, sessions brought up to date.
    ///
    /// Of a large fleet on its way, what is new is told at once, and how far each has come in turns.
    func commit() async throws {
        file(tracker.takeChanges(goingOnAtMost: Self.goingOnAtOnce))
        try await flush()
    }

    /// Ends the evidence at `timestamp`: writes the rest; the final counts by recording.
    func finish(at timestamp: Timestamp) async throws -> [Int64: RecordingCounts] {
        tracker.finish(at: timestamp)
        do throws(StoreError) {
            try await settle()
        } catch {
            // When another program held the store at the last write, what waits is written again now.
            guard error.mayPass else { throw error }
        }
        var changes = tracker.takeChanges(atMost: Self.devicesAtOnce)
        while !changes.isEmpty {
            file(changes)
            try await handOver()
            changes = tracker.takeChanges(atMost: Self.devicesAtOnce)
        }
        try await flush()
        return counts
    }

    // MARK: - Filing

    private func receiveMessages(of evidence: ReadEvidence) {
        batch.messages.append(contentsOf: evidence.rows, firstID: nextMessageID)
        let firstID = nextMessageID
        var told = 0
        for place in evidence.sights.indices {
            var sight = evidence.sights[place]
            sight.id = nextMessageID
            nextMessageID += 1
            if evidence.events[place].kind == .unknown { progress.unreadable += 1 }
            guard derivesSessions else { continue }
            let finding = tracker.receive(sight, event: evidence.events[place])
            if let finding { batch.findings.append(finding) }
            if told < evidence.further.count { receiveFurther(of: evidence, at: place, firstID, &told) }
        }
        batch.messages.append(contentsOf: evidence.unclaimed, firstID: nextMessageID)
        nextMessageID += Int64(evidence.unclaimed.count)
        guard let seen = evidence.seen else { return }
        let kept = Int64(evidence.sights.count + evidence.unclaimed.count)
        counts[seen.recordingID, default: RecordingCounts()].messagesSeen += seen.count
        counts[seen.recordingID, default: RecordingCounts()].messagesKept += kept
        progress.messagesSeen += seen.count
        progress.messagesKept += kept
    }

    /// Files what else one message says; its row in the store has the figures of its first event.
    private func receiveFurther(
        of evidence: ReadEvidence,
        at place: Int,
        _ firstID: Int64,
        _ told: inout Int
    ) {
        var number = 1
        while told < evidence.further.count, evidence.further[told].place == place {
            var sight = evidence.sights[place]
            sight.id = firstID + Int64(place)
            let finding = tracker.receive(
                sight.saying(eventNumber: number),
                event: evidence.further[told].event
            )
            if let finding { batch.findings.append(finding) }
            (number, told) = (number + 1, told + 1)
        }
    }

    private func receive(_ transfer: Transfer, _ recordingID: Int64) {
        let id = nextTransferID
        nextTransferID += 1
        progress.transfers += 1
        batch.transfers.append(StoredTransfer(id: id, recordingID: recordingID, transfer: transfer))
        if derivesSessions { _ = tracker.receive(transfer, id: id, recordingID: recordingID) }
    }

    private func receive(_ unreached: StoredUnreached) {
        batch.unreached.append(unreached)
        if derivesSessions { tracker.receive(unreached.server) }
    }

    private func file(_ changes: SessionChanges) {
        needsDerivation = needsDerivation || !changes.retracted.isEmpty
        if batch.sessions.isEmpty {
            batch.sessions = changes.derivedSessions
        } else {
            batch.sessions += changes.derivedSessions
        }
        progress.outcomes = tracker.outcomes
        failures.receive(changes.sessions)
        progress.lastFailure = failures.last
    }

    // MARK: - Writing

    /// Has the store write what has gathered, once it has written what came before.
    private func handOver() async throws(StoreError) {
        try await settle()
        noteLetGo()
        batch.counts = counts
        // After a failure the outbox still holds what could not be written: it goes first.
        if outbox.isEmpty {
            outbox.fill(from: &batch)
            positionsBeingWritten = counts.mapValues(\.spoolPosition)
        }
        writing = Task { [outbox, store] in await outbox.write(to: store) }
    }

    /// Waits until nothing is being written.
    private func settle() async throws(StoreError) {
        while let task = writing {
            let failure = await task.value
            // Another source's call may have gone on before this one.
            guard writing == task else { continue }
            writing = nil
            if let failure { throw failure }
            positionsWritten = positionsBeingWritten
        }
    }

    /// Writes everything, what an earlier try left included.
    private func flush() async throws(StoreError) {
        let hasEarlier = !outbox.isEmpty
        try await handOver()
        try await settle()
        guard hasEarlier else { return }
        try await handOver()
        try await settle()
    }
}

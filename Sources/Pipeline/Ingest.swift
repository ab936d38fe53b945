// Evidence in, rows out: reads messages with the dialects, files them into sessions, writes in batches.

import Dialects
import Sessions
import Store
import Traffic

/// The one writer of a run: every source of every recording in this process feeds it.
///
/// Ids are given here, before anything is written, so that sessions and findings can name their evidence. What no
/// dialect claims is counted and not kept.
actor Ingest {
    /// Evidence that is gathered before it is written in one transaction.
    private static let batchSize = 4_096
    /// Evidence that may wait while another program holds the store; then the recording ends with an error.
    private static let waitingLimit = 262_144

    private let store: UpgradeStore
    private let dialects: DialectSet
    private var tracker: SessionTracker
    private var batch = StoreBatch()
    private var nextMessageID: Int64
    private var nextTransferID: Int64
    private var counts: [Int64: RecordingCounts] = [:]
    private(set) var progress = RecordingProgress()
    /// Whether only a derivation from all stored evidence is right: evidence was filed anew, or a write failed.
    private(set) var needsDerivation = false

    init(store: UpgradeStore, dialects: DialectSet) throws {
        self.store = store
        self.dialects = dialects
        tracker = SessionTracker(rules: dialects.sessionRules)
        for stored in try store.sessions(matching: SessionFilter(limit: 65_536)) {
            tracker.remember(stored.session.key)
        }
        nextMessageID = try store.nextMessageID()
        nextTransferID = try store.nextTransferID()
    }

    /// Files evidence and writes when enough has gathered.
    func receive(_ evidence: [Evidence]) throws {
        for piece in evidence {
            switch piece {
            case .message(let message): receive(message)
            case .transfer(let transfer, let recordingID): receive(transfer, recordingID)
            case .connection(let connection, let recordingID): batch.add(connection, recordingID)
            }
        }
        guard waiting >= Self.batchSize else { return }
        do {
            try commit()
        } catch let error as StoreError where error.code == .busy && waiting < Self.waitingLimit {
            // Another program holds the store: what waits is written with the next batch.
        }
    }

    /// Notes what a source has seen on the wire so far.
    func note(_ totals: RecordingTotals, recordingID: Int64) {
        counts[recordingID, default: RecordingCounts()].packets = totals.packets
        counts[recordingID, default: RecordingCounts()].bytes = totals.bytes
        counts[recordingID, default: RecordingCounts()].losses = totals.losses
        progress.note(counts.values.map(\.losses))
    }

    /// Notes messages that a bounded queue dropped.
    func noteQueueDrops(_ count: Int64, recordingID: Int64) {
        counts[recordingID, default: RecordingCounts()].losses.queueDrops = count
        progress.note(counts.values.map(\.losses))
    }

    /// Writes what has gathered.
    func commit() throws {
        let changes = tracker.takeChanges()
        needsDerivation = needsDerivation || !changes.retracted.isEmpty
        batch.sessions = changes.derivedSessions
        batch.counts = counts
        progress.note(changes.sessions.map(\.session))
        guard !batch.isEmpty else { return }
        do {
            try store.write(batch)
        } catch {
            // Messages and transfers wait for the next write; the tracker tells its changes only once.
            needsDerivation = true
            throw error
        }
        batch = StoreBatch()
    }

    private var waiting: Int { batch.messages.count + batch.transfers.count + batch.connections.count }

    /// Ends the evidence at `timestamp`: writes the rest; the final counts by recording.
    func finish(at timestamp: Timestamp) throws -> [Int64: RecordingCounts] {
        tracker.finish(at: timestamp)
        try commit()
        return counts
    }

    private func receive(_ message: Message) {
        let recordingID = message.vantage.recordingID
        counts[recordingID, default: RecordingCounts()].messagesSeen += 1
        progress.messagesSeen += 1
        guard let event = dialects.read(message) else { return }
        counts[recordingID, default: RecordingCounts()].messagesKept += 1
        progress.messagesKept += 1
        let id = nextMessageID
        nextMessageID += 1
        batch.messages.append(StoredMessage(id: id, message: message, reading: MessageReading(event)))
        if event.kind == .unknown { progress.unreadable += 1 }
        let finding = tracker.receive(MessageSight(message, id: id), event: event)
        if let finding { batch.findings.append(finding) }
    }

    private func receive(_ transfer: Transfer, _ recordingID: Int64) {
        let id = nextTransferID
        nextTransferID += 1
        progress.transfers += 1
        batch.transfers.append(StoredTransfer(id: id, recordingID: recordingID, transfer: transfer))
        _ = tracker.receive(transfer, id: id, recordingID: recordingID)
    }
}

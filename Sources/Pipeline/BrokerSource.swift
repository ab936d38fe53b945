// Records from a broker: our own subscription, through the spool into the ingest.

import BrokerLink
import Dialects
import Spool
import Store
import Synchronization
import Traffic

/// A subscription that feeds one recording, and is made again whenever it is lost.
///
/// What is delivered is in the spool before it is acknowledged, and in the store before the spool lets go of it: under
/// QoS 1 a killed recorder loses nothing that it acknowledged.
final class BrokerSource: Sendable {
    /// What to subscribe to, and how.
    struct Settings: Sendable {
        var address: BrokerAddress
        var topics: [String]
        /// The filters among them that somebody asked for beside those of the dialects, as they were asked for.
        var asked: [String]
        var qos: QoS
        var client: ClientOptions
        /// Whether the broker keeps the subscription when the recording has ended.
        var keepsSession = false
        /// When an earlier run was cut off, whose session the broker should still have.
        var cutOffAt: Timestamp?
        var spoolFolder: String
        var spoolLimits = SpoolLimits()
    }

    let settings: Settings
    let recordingID: Int64
    let spool: DeliverySpool
    let loop = LoopThread(name: "record")
    let client: Mutex<BrokerClient>
    let isClosing = Atomic(false)
    /// Whether the broker was told to forget us: it had nothing left for us.
    let isSessionEnded = Atomic(false)
    /// Whether the broker's session may lack the subscription: a new one does until its SUBACK.
    let needsSubscription = Atomic(false)
    /// Times at which the connection was lost and made again; the last may still be open.
    let outages = Mutex<[RecordingOutage]>([])
    /// How many of them the broker's session did not survive.
    let lossyOutages = Atomic(0)
    /// What there is to say of the broker.
    let notes = Mutex<[RecordingNote]>([])

    /// The spool that all tries to connect share.
    ///
    /// - Throws: `RunError` for a spool that cannot be made.
    static func spool(_ settings: Settings, recordingID: Int64) throws(RunError) -> DeliverySpool {
        do throws(SpoolError) {
            return try DeliverySpool(
                folder: settings.spoolFolder,
                recordingID: recordingID,
                limits: settings.spoolLimits
            )
        } catch {
            throw RunError(.impossible, error.description, cause: error)
        }
    }

    /// Connects and subscribes; when it returns, everything published from then on is seen.
    ///
    /// What a broker delivered before one of the tries failed is acknowledged, and in the spool.
    /// - Parameters:
    ///   - settings: What to subscribe to, and how.
    ///   - recordingID: The recording that is fed.
    ///   - spool: Where deliveries go; closed when all tries have failed.
    ///   - awaitNext: Waits until it may be tried again, or throws: the failure, where that is for good.
    /// - Returns: the subscription.
    /// - Throws: what `awaitNext` throws.
    static func open(
        _ settings: Settings,
        recordingID: Int64,
        spool: DeliverySpool,
        awaitNext: (RunError) async throws -> Void
    ) async throws -> BrokerSource {
        while true {
            do {
                return try await BrokerSource(settings, recordingID, spool)
            } catch {
                do {
                    try await awaitNext(RunError(anyOf: error))
                } catch {
                    spool.close()
                    // Deliveries that it holds are for the next start.
                    spool.remove(forgetting: spool.isNew)
                    throw error
                }
            }
        }
    }

    private init(_ settings: Settings, _ recordingID: Int64, _ spool: DeliverySpool) async throws {
        self.settings = settings
        self.recordingID = recordingID
        self.spool = spool
        let first = try await BrokerClient.connect(
            to: settings.address,
            options: settings.client,
            on: loop,
            sink: { spool.append($0) }
        )
        // What a new session sends was never sent before, whatever it looks like.
        if !first.hasResumedSession { spool.forgetTaken() }
        client = Mutex(first)
        do {
            // Also in a session that is resumed: what is asked for may have changed between two runs.
            try await subscribe(first)
        } catch {
            await first.disconnect()
            throw error
        }
        noteStart(first)
    }

    /// Files deliveries until the source is closed, whatever becomes of the connection meanwhile.
    func run(into ingest: Ingest, reading dialects: DialectSet) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.stayConnected() }
            defer { group.cancelAll() }
            do {
                try await file(into: ingest, reading: dialects)
            } catch {
                // Nothing reads the spool any more: nothing more is to be acknowledged.
                isClosing.store(true, ordering: .relaxed)
                spool.beginClosing()
                spool.close()
                throw error
            }
        }
    }

    /// Reads the spool with the dialects while what was read before is filed.
    private func file(into ingest: Ingest, reading dialects: DialectSet) async throws {
        let belt = EvidenceBelt()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [recordingID, spool] in
                try await belt.run { evidence in
                    let progress = try await ingest.receive(evidence)
                    if evidence.spooled?.position == spool.endPosition { try await ingest.pause() }
                    spool.release(before: await ingest.spoolPosition(of: recordingID))
                    return progress
                }
            }
            group.addTask { [recordingID, spool, settings] in
                defer { belt.end() }
                let filing = SpoolFiling(recordingID: recordingID)
                var reader = EvidenceReader(
                    dialects,
                    keeping: SubscribedTopics(settings.asked, beside: dialects)
                )
                do {
                    try await spool.read { batch in
                        // What is not filed any more need not be read.
                        guard !belt.isOver else { throw CancellationError() }
                        var evidence = belt.emptyBatch()
                        filing.read(batch, with: &reader, into: &evidence)
                        await belt.send(evidence)
                    }
                } catch is CancellationError where belt.isOver {
                    // The task that files says why it has ended.
                }
            }
            // The first that fails ends the other.
            while try await group.next() != nil {}
        }
    }

    /// How the spool stands, once what the store holds is given back.
    func state(storedUpTo position: Int64) -> SpoolState {
        spool.release(before: position)
        return spool.state
    }

    /// The outages that have not been told as over yet.
    var outagesToTell: [RecordingOutage] { outages.withLock(\.self) }

    /// Why there is no connection at the moment; `nil` while there is one.
    var lossCause: String? {
        outages.withLock { $0.last.flatMap { $0.endedAt == nil ? $0.cause : nil } }
    }

    /// Forgets the outages that are over and were told.
    func forget(_ told: [RecordingOutage]) {
        outages.withLock { outages in outages.removeAll { $0.endedAt != nil && told.contains($0) } }
    }

    /// What there is to say, since this was last called.
    func takeNotes() -> [RecordingNote] {
        notes.withLock { notes in
            defer { notes = [] }
            return notes
        }
    }

    /// Removes the spool, when all of it is in the store.
    func removeSpool(storedUpTo position: Int64) {
        spool.release(before: position)
        spool.remove(forgetting: settings.client.isCleanSession || isSessionEnded.load(ordering: .relaxed))
    }
}

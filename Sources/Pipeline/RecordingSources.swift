// The sources of one run of `record`: opened together, closed together, each with its row in the store.

import BrokerLink
import Dialects
import PacketSources
import Spool
import Store
import Synchronization
import Traffic

/// The open sources of a run, one recording each.
struct RecordingSources: Sendable {
    private let store: UpgradeStore
    private var brokers: [OpenSource<BrokerSource>] = []
    private var interface: OpenSource<InterfaceSource>?

    /// The recordings' ids.
    var recordingIDs: [Int64] { brokers.map(\.recordingID) + [interface?.recordingID].compactMap(\.self) }

    /// Opens what the plan names; when it returns, everything that happens from then on is seen.
    ///
    /// When a source cannot be opened, those opened before are closed; what they hold is for the next start, and where
    /// they hold nothing, no recording is left. Brokers go on queueing for that start.
    init(_ plan: RecordingPlan, store: UpgradeStore, dialects: DialectSet) async throws {
        self.store = store
        let opening = RecordingOpening(plan: plan, store: store, topics: dialects.subscriptions + plan.topics)
        do {
            // First the interface, so that our own connection to the broker is seen from its CONNECT on.
            interface = try await opening.openInterface()
            for subscription in plan.brokers {
                brokers.append(try await opening.openBroker(subscription))
            }
        } catch {
            _ = await close(toGoOn: true)
            for broker in brokers {
                broker.source.removeSpool(storedUpTo: 0)
                try opening.giveUp(
                    broker.recordingID,
                    holdsEvidence: broker.source.spool.state.waitingCount > 0
                )
            }
            if let interface {
                interface.source.removeSpool(storedUpTo: 0)
                try opening.giveUp(interface.recordingID, holdsEvidence: interface.source.spooledPackets > 0)
            }
            throw error
        }
    }

    /// Runs every source until it is closed; hands what ends one by itself to `failed`.
    func run(
        into ingest: Ingest,
        reading dialects: DialectSet,
        failed: @escaping @Sendable (RunError) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for broker in brokers {
                group.addTask {
                    try await report(to: failed) {
                        try await broker.source.run(into: ingest, reading: dialects)
                        return nil
                    }
                }
            }
            if let source = interface?.source {
                group.addTask {
                    try await report(to: failed) { try await source.run(into: ingest, reading: dialects) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Tells `ingest` what each source has seen and lost so far.
    func noteTotals(_ ingest: Ingest) async {
        for broker in brokers {
            let position = await ingest.spoolPosition(of: broker.recordingID)
            await ingest.note(broker.source.state(storedUpTo: position), recordingID: broker.recordingID)
            await ingest.note(broker.source.outagesToTell)
        }
        if let interface { await ingest.note(interface.source.totals, recordingID: interface.recordingID) }
    }

    /// Hands the packets that are kept to the kernel; why that is not possible, if it is not.
    func flushPackets() -> String? { interface?.source.flushPackets() }

    /// Begins the next packet file.
    func reopenPackets() { interface?.source.reopenPackets() }

    /// Writes the packets of the last while, when these are kept.
    func snapshotPackets() throws(RunError) -> PacketSnapshot? { try interface?.source.snapshotPackets() }

    /// Times without a broker after which it no longer had our session.
    var lossyOutages: Int { brokers.reduce(0) { $0 + $1.source.lossyOutages.load(ordering: .relaxed) } }

    /// Which broker is not there at the moment, and why, in words; `nil` when all are.
    var missingBroker: String? {
        brokers.lazy.compactMap { broker in
            broker.source.lossCause.map { "without broker \(broker.source.settings.address.url): \($0)" }
        }.first
    }

    /// What there is to say of the sources, since this was last called.
    func takeNotes() -> [RecordingNote] {
        brokers.flatMap { $0.source.takeNotes() } + (interface?.source.takeNotes() ?? [])
    }

    /// Packets on the disk that wait to be decoded.
    var spooledPackets: Int64 { interface?.source.spooledPackets ?? 0 }

    /// Lets go of the packets that wait, as far as they are not on the disk.
    func abandonPackets() { interface?.source.abandonPackets() }

    /// Ends every source once what happened before has been handed on.
    ///
    /// - Parameter goesOn: Whether others come in their place at once: then brokers go on queueing for these.
    /// - Returns: why something that was asked for is not whole; the evidence is.
    func close(toGoOn goesOn: Bool = false) async -> RunError? {
        for broker in brokers {
            let settings = broker.source.settings
            let isKept = settings.keepsSession || goesOn && !settings.client.isCleanSession
            await broker.source.close(keepingSession: isKept)
        }
        return await interface?.source.close()
    }

    /// Ends the recordings' rows.
    func finish(at end: Timestamp, counts: [Int64: RecordingCounts], state: StoredRecording.State) throws {
        for id in recordingIDs {
            try store.finishRecording(id, endedAt: end, counts: counts[id] ?? RecordingCounts(), state: state)
        }
        try saveOutages()
        for broker in brokers {
            let position = counts[broker.recordingID]?.spoolPosition ?? 0
            broker.source.removeSpool(storedUpTo: position)
        }
        if let interface {
            interface.source.removeSpool(storedUpTo: counts[interface.recordingID]?.spoolPosition ?? 0)
        }
        SpoolFolders.removeIfEmpty(beside: store)
    }

    /// Writes when the sources were without their brokers.
    func saveOutages() throws(StoreError) {
        for broker in brokers {
            let outages = broker.source.outagesToTell
            try store.save(outages)
            broker.source.forget(outages)
        }
    }

    private func report(
        to failed: @Sendable (RunError) -> Void,
        _ run: () async throws -> RunError?
    ) async throws {
        do {
            if let failure = try await run() { failed(failure) }
        } catch {
            failed(
                (error as? RunError)
                    ?? RunError(.impossible, "The recording cannot go on: \(error)", cause: error)
            )
            throw error
        }
    }
}

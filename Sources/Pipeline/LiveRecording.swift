// `record`: several sources at once through one writer.

import BrokerLink
public import Dialects
import PacketSources
public import Store
import Traffic

/// A running recording: one row per source, one ingest for all.
public final class LiveRecording: Sendable {
    private let store: UpgradeStore
    private let dialects: DialectSet
    private let ingest: Ingest
    private let broker: (source: BrokerSource, recordingID: Int64)?
    private let interface: (source: InterfaceSource, recordingID: Int64)?
    private let failures = AsyncStream.makeStream(of: RunError.self, bufferingPolicy: .bufferingOldest(2))

    /// Records for as long as `body` runs; what happened before it ended is in the store when this returns.
    ///
    /// - Parameters:
    ///   - plan: The sources. When `body` begins, each of them sees everything that happens from then on.
    ///   - store: Where to.
    ///   - dialects: What is kept, and how it is read.
    ///   - body: What to do meanwhile.
    /// - Returns: what `body` returned, and what was recorded.
    /// - Throws: `RunError` when a source cannot be opened, what the store throws, or what `body` throws.
    public static func run<Result: Sendable>(
        _ plan: RecordingPlan,
        store: UpgradeStore,
        dialects: DialectSet,
        _ body: (LiveRecording) async throws -> Result
    ) async throws -> (result: Result, summary: RecordingSummary) {
        let hasEarlier = try !store.recordings().isEmpty
        let recording = try await LiveRecording(plan, store: store, dialects: dialects)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            recording.startSources(in: &group)
            let outcome: Swift.Result<Result, any Error>
            do {
                outcome = .success(try await body(recording))
            } catch {
                outcome = .failure(error)
            }
            let summary = try await recording.close(&group, isOnly: !hasEarlier)
            return (try outcome.get(), summary)
        }
    }

    /// Totals so far.
    public var progress: RecordingProgress {
        get async { await ingest.progress }
    }

    /// Waits until a source ends by itself, such as a broker that goes away; for one caller.
    ///
    /// - Returns: what happened; `nil` when the waiting task was cancelled.
    public func waitForFailure() async -> RunError? {
        await failures.stream.first { _ in true }
    }

    /// Writes what has gathered so far, so that other programs see it.
    public func commit() async throws {
        try await ingest.commit()
    }

    /// Files a download that our own firmware host served, for want of a view of the wire.
    func receive(served transfer: Transfer) async throws {
        guard let recordingID = broker?.recordingID ?? interface?.recordingID else { return }
        try await ingest.receive([.transfer(transfer, recordingID: recordingID)])
    }

    private init(_ plan: RecordingPlan, store: UpgradeStore, dialects: DialectSet) async throws {
        self.store = store
        self.dialects = dialects
        ingest = try Ingest(store: store, dialects: dialects)
        interface = try plan.interface.map { name in
            let id = try Self.begin(store, source: "\(name) (\(plan.filter))", kind: .interface)
            let settings = LiveCapture.Settings(interface: name, filter: plan.filter)
            return try (InterfaceSource.open(settings, recordingID: id, packetFile: plan.packetFile), id)
        }
        broker = try await Self.openBroker(plan, store: store, dialects: dialects)
    }

    private static func openBroker(
        _ plan: RecordingPlan,
        store: UpgradeStore,
        dialects: DialectSet
    ) async throws -> (source: BrokerSource, recordingID: Int64)? {
        guard let url = plan.broker else { return nil }
        let address = try BrokerAddress(url: url)
        let id = try begin(store, source: "mqtt://\(address)", kind: .broker)
        let topics = dialects.subscriptions + plan.topics
        let source = try await BrokerSource.open(address, topics: topics, qos: plan.qos, recordingID: id)
        return (source, id)
    }

    private static func begin(
        _ store: UpgradeStore,
        source: String,
        kind: RecordingStart.Kind
    ) throws -> Int64 {
        try store.beginRecording(
            RecordingStart(source: source, kind: kind, startedAt: .now(), toolVersion: ToolVersion.current)
        )
    }

    private func startSources(in group: inout ThrowingTaskGroup<Void, any Error>) {
        if let (source, _) = broker {
            group.addTask { [ingest, failures] in
                if let failure = try await source.run(into: ingest) { failures.continuation.yield(failure) }
            }
        }
        if let (source, _) = interface {
            group.addTask { [ingest, failures] in
                if let failure = try await source.run(into: ingest) { failures.continuation.yield(failure) }
            }
        }
    }

    private func close(
        _ group: inout ThrowingTaskGroup<Void, any Error>,
        isOnly: Bool
    ) async throws -> RecordingSummary {
        await broker?.source.close()
        if let (source, id) = interface {
            await ingest.note(try await source.close(), recordingID: id)
        }
        try await group.waitForAll()
        let end = Timestamp.now()
        let counts = try await ingest.finish(at: end)
        let ids = [broker?.recordingID, interface?.recordingID].compactMap { $0 }
        for id in ids {
            try store.finishRecording(
                id,
                endedAt: end,
                counts: counts[id] ?? RecordingCounts(),
                state: .finished
            )
        }
        let isOneSource = ids.count == 1 && isOnly
        if await ingest.hasRetractions || !isOneSource { try Rederivation.run(store, dialects: dialects) }
        return RecordingSummary(recordingIDs: ids, progress: await ingest.progress)
    }
}

/// What a run of `record` came to.
public struct RecordingSummary: Sendable {
    /// The recordings' ids in the store.
    public let recordingIDs: [Int64]
    /// What was seen, kept and lost.
    public let progress: RecordingProgress
}

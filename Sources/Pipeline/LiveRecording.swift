// `record`: several sources at once through one writer.

public import Dialects
public import Store
import Traffic

/// A running recording: one row per source, one ingest for all.
public final class LiveRecording: Sendable {
    private let ingest: Ingest
    private let sources: RecordingSources
    private let failures = AsyncStream.makeStream(of: RunError.self, bufferingPolicy: .bufferingOldest(2))

    /// Records for as long as `body` runs; what happened before it ended is in the store when this returns.
    ///
    /// - Parameters:
    ///   - plan: The sources. When `body` begins, each of them sees everything that happens from then on.
    ///   - store: Where to; no other process may record to it meanwhile.
    ///   - dialects: What is kept, and how it is read.
    ///   - body: What to do meanwhile.
    /// - Returns: what `body` returned, and what was recorded.
    /// - Throws: `RunError` when a source cannot be opened or another process records to the store, what the store
    ///   throws, or what `body` throws; what was recorded until then is kept.
    public static func run<Result: Sendable>(
        _ plan: RecordingPlan,
        store: UpgradeStore,
        dialects: DialectSet,
        _ body: (LiveRecording) async throws -> Result
    ) async throws -> (result: Result, summary: RecordingSummary) {
        let lock = try RecorderLock(of: store)
        defer { lock.release() }
        let hasEarlier = try !store.recordings().isEmpty
        let recording = try await LiveRecording(plan, store: store, dialects: dialects)
        async let running: Void = recording.sources.run(into: recording.ingest) { failure in
            recording.failures.continuation.yield(failure)
        }
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(recording))
        } catch {
            outcome = .failure(error)
        }
        try await recording.sources.close(recording.ingest)
        try await running
        let needsDerivation = try await recording.finish(hasEarlier: hasEarlier)
        if needsDerivation { try Rederivation.run(store, dialects: dialects) }
        let ids = recording.sources.recordingIDs
        let summary = RecordingSummary(recordingIDs: ids, progress: await recording.progress)
        return (try outcome.get(), summary)
    }

    private init(_ plan: RecordingPlan, store: UpgradeStore, dialects: DialectSet) async throws {
        ingest = try Ingest(store: store, dialects: dialects)
        sources = try await RecordingSources(plan, store: store, dialects: dialects)
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
        guard let recordingID = sources.recordingIDs.first else { return }
        try await ingest.receive([.transfer(transfer, recordingID: recordingID)])
    }

    /// Writes the rest; whether sessions must be derived again from all that is stored.
    ///
    /// One source into an empty store needs it only when later evidence took back what was written.
    private func finish(hasEarlier: Bool) async throws -> Bool {
        let end = Timestamp.now()
        try sources.finish(at: end, counts: try await ingest.finish(at: end))
        let hasRetractions = await ingest.hasRetractions
        return hasEarlier || sources.recordingIDs.count > 1 || hasRetractions
    }
}

/// What a run of `record` came to.
public struct RecordingSummary: Sendable {
    /// The recordings' ids in the store.
    public let recordingIDs: [Int64]
    /// What was seen, kept and lost.
    public let progress: RecordingProgress
}

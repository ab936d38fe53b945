// `import`: a capture file into the store, as a recording of its own.

public import Dialects
import Foundation
public import Sessions
public import Store
import Traffic

/// Imports capture files.
public struct CaptureImport: Sendable {
    /// Packets decoded between two looks at the progress.
    private static let packetsAStep = 4_096
    /// Bytes of messages after which a step is over.
    private static let bytesAStep = 2 << 20
    /// Packets decoded between two looks at the bytes.
    private static let packetsAtOnce = 128

    private let store: UpgradeStore
    private let dialects: DialectSet

    private let reading: ReadingLimits
    private let sessions: TrackerLimits
    private let derivesSessions: Bool

    /// Imports into `store`, reading messages with `dialects`, within bounds.
    ///
    /// Without `derivesSessions` only the evidence is kept; `Rederivation` makes the sessions of it.
    public init(
        store: UpgradeStore,
        dialects: DialectSet,
        reading: ReadingLimits = ReadingLimits(),
        sessions: TrackerLimits = TrackerLimits(),
        derivesSessions: Bool = true
    ) {
        self.store = store
        self.dialects = dialects
        self.reading = reading
        self.sessions = sessions
        self.derivesSessions = derivesSessions
    }

    /// Why a file cannot be read as a capture; `nil` when it can.
    public static func failure(toOpen path: String) -> RunError? {
        do throws(RunError) {
            _ = try CaptureReading(path: path)
            return nil
        } catch {
            return error
        }
    }

    /// Reads one file to its end, and those that continue it; sessions are derived from all the store holds.
    ///
    /// A file that goes on where the one before it ends, within a connection that was open and with nothing missing,
    /// is read as if both were one, into the same recording. So are files imported before, together with it, as long as
    /// they are where they were.
    /// - Parameters:
    ///   - path: A pcap or pcapng file.
    ///   - candidates: Files that may continue it, in the order in which they are tried.
    ///   - tried: Recordings of which it is known that the file does not continue them.
    ///   - progress: Called now and then while it runs.
    /// - Returns: what was read, kept and lost.
    /// - Throws: `RunError` when the file cannot be read; `StoreError` when it was imported before or the store fails.
    public func run(
        path: String,
        continuedBy candidates: [CaptureSeries.File] = [],
        besides tried: Set<Int64> = [],
        progress: (ImportProgress) -> Void
    ) async throws -> ImportSummary {
        let lock = try RecorderLock(of: store)
        defer { lock.release() }
        _ = try CaptureReading(path: path, limits: reading)
        _ = try await SpoolRecovery.run(store, dialects: dialects, reading: reading, limits: sessions)
        let isFirst = try store.recordings().isEmpty
        let earlier = EarlierImports(store: store, limits: reading)
        let plan = try plan(for: path, besides: tried, earlier)
        var capture = try CaptureReading(path: plan.paths[0], limits: reading)
        let recordingID = try begin(plan)
        let ingest = try Ingest(
            store: store,
            dialects: dialects,
            limits: sessions,
            // Beside other evidence only a derivation from all of it is right.
            derivesSessions: derivesSessions && isFirst
        )
        var collector = EvidenceCollector(recordingID: recordingID, limits: reading.meters)
        var chain = CaptureChain(
            plan.paths[0],
            plan.first,
            plan.paths.dropFirst().map { CaptureSeries.File($0) } + candidates + plan.further,
            beside: earlier,
            recordingID: recordingID
        )
        try await feed(ingest, &collector, from: &capture, &chain, progress)
        var summary = capture.summary
        summary.losses.add(collector.losses)
        let kept = try await close(recordingID, ingest, summary, chain.files, isFirst: isFirst, progress)
        return ImportSummary(recordingID: recordingID, paths: chain.paths, capture: summary, kept: kept)
    }

    /// What is read: the files, what may continue them, and which recordings they take the place of.
    private struct Plan {
        var paths: [String]
        /// The first of the files: each is hashed once.
        var first: FileRecording.File
        var further: [CaptureSeries.File] = []
        var replaced: [Int64] = []
    }

    /// The file, behind those of the recording that it continues, or in the middle of which its import was cut off.
    private func plan(
        for path: String,
        besides tried: Set<Int64>,
        _ earlier: EarlierImports
    ) throws -> Plan {
        let file = try FileRecording.File(path)
        var plan = Plan(paths: [path], first: file)
        guard try !store.isImported(sha256: file.sha256) else { return plan }
        if let cut = try earlier.unfinished(of: file) {
            // Those that are asked for by name as well come under that name.
            plan.further = cut.after.map { CaptureSeries.File($0.path) }
            if let first = cut.before.first, earlier.isContinued(cut.before.map(\.path), by: path) {
                plan.paths = cut.before.map(\.path) + plan.paths
                plan.first = first
                return plan
            }
        }
        if let start = try CaptureReading.startTime(path: path),
            let recording = try earlier.recording(continuedBy: path, beginning: start, besides: tried)
        {
            plan.paths = recording.files.map(\.path) + plan.paths
            plan.first = recording.files.first ?? file
            plan.replaced = [recording.id]
        }
        return plan
    }

    private func begin(_ plan: Plan) throws -> Int64 {
        let start = RecordingStart(
            source: plan.paths[0],
            kind: .file,
            startedAt: try CaptureReading.startTime(path: plan.paths[0]) ?? .now(),
            fileSHA256: plan.first.sha256,
            filePath: plan.first.path,
            toolVersion: ToolVersion.current
        )
        return try store.beginRecording(start, replacing: plan.replaced)
    }

    /// Decodes and reads the file while what was read before is filed.
    private func feed(
        _ ingest: Ingest,
        _ collector: inout EvidenceCollector,
        from capture: inout CaptureReading,
        _ chain: inout CaptureChain,
        _ progress: (ImportProgress) -> Void
    ) async throws {
        let belt = EvidenceBelt()
        async let filed: Void = belt.run { try await ingest.receive($0) }
        var reader = EvidenceReader(dialects)
        var isOver = false
        while !isOver, !belt.isOver {
            if !readStep(&capture, into: &collector), !chain.goOn(&capture) {
                capture.finish(into: &collector)
                isOver = true
            }
            var evidence = belt.emptyBatch()
            reader.read(&collector.pending, into: &evidence)
            await belt.send(evidence)
            progress(.reading(capture.summary, belt.progress))
        }
        belt.end()
        try await filed
        if let failure = chain.failure { throw failure }
    }

    /// Decodes some packets: fewer, when they hold much.
    private func readStep(_ capture: inout CaptureReading, into collector: inout EvidenceCollector) -> Bool {
        var left = Self.packetsAStep
        var hasMore = true
        repeat {
            hasMore = capture.read(Self.packetsAtOnce, into: &collector)
            left -= Self.packetsAtOnce
        } while hasMore && left > 0 && collector.pending.byteCount < Self.bytesAStep
        return hasMore
    }

    /// Has the store take what was read for a recording, in place of those that were read again with it.
    private func close(
        _ recordingID: Int64,
        _ ingest: Ingest,
        _ summary: CaptureSummary,
        _ files: [FileRecording.File],
        isFirst: Bool,
        _ progress: (ImportProgress) -> Void
    ) async throws -> RecordingProgress {
        let totals = RecordingTotals(packets: summary.packets, bytes: summary.bytes, losses: summary.losses)
        await ingest.note(totals, recordingID: recordingID)
        let endedAt = summary.endedAt ?? .now()
        let counts = try await ingest.finish(at: endedAt)
        let needsDerivation = await ingest.needsDerivation || !isFirst
        let end = ImportEnd(
            recordingID: recordingID,
            endedAt: endedAt,
            counts: counts[recordingID] ?? RecordingCounts(),
            isWhole: summary.damage == nil,
            files: files,
            hasSessions: derivesSessions
        )
        var kept = await ingest.progress
        guard derivesSessions, needsDerivation else {
            try store.finishImport(end)
            return kept
        }
        let report = try Rederivation.run(
            store,
            dialects: dialects,
            limits: sessions,
            runningUntil: endedAt,
            ending: end,
            progress: { progress(.deriving($0)) }
        )
        kept.note(report)
        return kept
    }
}

/// How far an import is.
public enum ImportProgress {
    /// What was read of the capture so far, and what was kept.
    case reading(CaptureSummary, RecordingProgress)
    /// Sessions are derived again, from so many of the store's messages and downloads so far.
    case deriving(Int64)
}

/// What an import came to.
public struct ImportSummary: Sendable {
    /// The recording's id in the store.
    public let recordingID: Int64
    /// The files that were read: the one asked for and those that continue it, in order.
    public let paths: [String]
    /// What was read of the capture, and what was lost.
    public let capture: CaptureSummary
    /// What was kept.
    public let kept: RecordingProgress
}

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

    /// Reads one file to its end, and those that continue it; sessions are derived from all the store holds.
    ///
    /// A file that goes on where the one before it ends, within a connection that was open and with nothing missing,
    /// is read as if both were one, into the same recording. So are files imported before, together with it, as long as
    /// they are where they were.
    /// - Parameters:
    ///   - path: A pcap or pcapng file.
    ///   - candidates: Files that may continue it, in the order in which they are tried.
    ///   - progress: Called now and then while it runs.
    /// - Returns: what was read, kept and lost.
    /// - Throws: `RunError` when the file cannot be read; `StoreError` when it was imported before or the store fails.
    public func run(
        path: String,
        continuedBy candidates: [String] = [],
        progress: (ImportProgress) -> Void
    ) async throws -> ImportSummary {
        let lock = try RecorderLock(of: store)
        defer { lock.release() }
        _ = try CaptureReading(path: path, limits: reading)
        _ = try await SpoolRecovery.run(store, dialects: dialects, limits: sessions)
        let isFirst = try store.recordings().isEmpty
        let earlier = EarlierImports(store: store, limits: reading)
        let digest = try FileDigest.sha256(path: path)
        let files = try filesUpTo(path, digest, earlier) + candidates
        var capture = try CaptureReading(path: files[0], limits: reading)
        let recordingID = try begin(files[0], files[0] == path ? digest : FileDigest.sha256(path: files[0]))
        let ingest = try Ingest(
            store: store,
            dialects: dialects,
            limits: sessions,
            derivesSessions: derivesSessions
        )
        var collector = EvidenceCollector(recordingID: recordingID, limits: reading.meters)
        var chain = CaptureChain(
            files[0],
            Array(files.dropFirst()),
            beside: earlier,
            recordingID: recordingID
        )
        try await feed(ingest, &collector, from: &capture, &chain, progress)
        var summary = capture.summary
        summary.losses.add(collector.losses)
        try await close(recordingID, ingest, summary, isFirst: isFirst, progress)
        return ImportSummary(
            recordingID: recordingID,
            paths: chain.paths,
            capture: summary,
            kept: await ingest.progress
        )
    }

    /// The file and, before it, those of the recording that it continues, which is removed: it is read again with it.
    private func filesUpTo(_ path: String, _ digest: String, _ earlier: EarlierImports) throws -> [String] {
        guard let start = try CaptureReading.startTime(path: path), try !store.isImported(sha256: digest),
            let recording = try earlier.recording(continuedBy: path, beginning: start)
        else { return [path] }
        try store.removeRecording(recording.id)
        return recording.files.map(\.path) + [path]
    }

    private func begin(_ path: String, _ digest: String) throws -> Int64 {
        try store.beginRecording(
            RecordingStart(
                source: path,
                kind: .file,
                startedAt: try CaptureReading.startTime(path: path) ?? .now(),
                fileSHA256: digest,
                filePath: URL(filePath: path).standardizedFileURL.path,
                toolVersion: ToolVersion.current
            )
        )
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

    private func close(
        _ recordingID: Int64,
        _ ingest: Ingest,
        _ summary: CaptureSummary,
        isFirst: Bool,
        _ progress: (ImportProgress) -> Void
    ) async throws {
        await ingest.note(
            RecordingTotals(packets: summary.packets, bytes: summary.bytes, losses: summary.losses),
            recordingID: recordingID
        )
        let end = summary.endedAt ?? .now()
        let counts = try await ingest.finish(at: end)
        let needsDerivation = await ingest.needsDerivation
        if derivesSessions, needsDerivation || !isFirst {
            try Rederivation.run(store, dialects: dialects, limits: sessions, runningUntil: end) {
                progress(.deriving($0))
            }
        }
        try store.finishRecording(
            recordingID,
            endedAt: end,
            counts: counts[recordingID] ?? RecordingCounts(),
            state: summary.damage == nil ? .finished : .failed
        )
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

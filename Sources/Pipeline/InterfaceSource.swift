// Records from an interface: packets are decoded on the capture's own thread, evidence goes to the ingest in batches.

import Dialects
import PacketSources
import Synchronization
import Traffic
import Wire

/// A live capture that feeds one recording, and a packet file when asked to.
final class InterfaceSource: Sendable {
    /// Batches of evidence that may wait for the ingest; more are dropped and counted.
    private static let queuedBatches = 65_536

    /// What the capture's thread works on.
    private struct Desk: ~Copyable {
        var decoder: WireDecoder
        var collector: EvidenceCollector
        var recorder: PacketRecorder?
        var lastPacketAt = Timestamp(nanoseconds: 0)
        var dropped: Int64 = 0
    }

    private let desk: Mutex<Desk>
    private let batches: AsyncStream<EvidenceBatch>
    private let queue: AsyncStream<EvidenceBatch>.Continuation
    private let capture = Mutex<LiveCapture?>(nil)
    private let lastStatistics = Mutex<CaptureStatistics?>(nil)
    private let recordingID: Int64

    private init(recordingID: Int64, packetFile: String?, limits: ReadingLimits) {
        self.recordingID = recordingID
        desk = Mutex(
            Desk(
                decoder: WireDecoder(limits: limits.wire),
                collector: EvidenceCollector(recordingID: recordingID, limits: limits.meters),
                recorder: packetFile.map { PacketRecorder(path: $0) }
            )
        )
        (batches, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.queuedBatches))
    }

    /// Starts capturing; when it returns, everything sent from then on is seen.
    static func open(
        _ settings: LiveCapture.Settings,
        recordingID: Int64,
        packetFile: String?,
        limits: ReadingLimits
    ) throws(RunError) -> InterfaceSource {
        let source = InterfaceSource(recordingID: recordingID, packetFile: packetFile, limits: limits)
        do {
            let capture = try LiveCapture.open(
                settings,
                sink: { header, bytes in source.receive(header, bytes) },
                batchEnded: { source.handOn() }
            )
            source.capture.withLock { $0 = capture }
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
        return source
    }

    /// Files batches until the capture ends.
    ///
    /// - Returns: why it ended, when it was not closed.
    func run(into ingest: Ingest, reading dialects: DialectSet) async throws -> RunError? {
        async let end = waitForEnd()
        var reader = EvidenceReader(dialects)
        var evidence = ReadEvidence()
        for await batch in batches {
            var batch = batch
            reader.read(&batch, into: &evidence)
            try await ingest.receive(evidence)
            evidence.removeAll()
        }
        return try await end.map { RunError(.unreachable, $0.description, cause: $0) }
    }

    /// Waits until the capture has ended; when it did so by itself, nothing more will come.
    private func waitForEnd() async throws -> PacketSourceError? {
        let reason = try await capture.withLock { $0 }?.waitForEnd()
        if reason != nil {
            handOn()
            queue.finish()
        }
        return reason
    }

    /// What was seen on the wire so far: packets, bytes, losses of every kind.
    var totals: RecordingTotals {
        let statistics = lastStatistics.withLock { last in
            last = capture.withLock { $0 }?.statistics ?? last
            return last
        }
        return desk.withLock { desk in
            var losses = desk.decoder.losses
            losses.add(desk.collector.losses)
            losses.kernelDrops = statistics?.kernelDrops ?? 0
            losses.interfaceDrops = statistics?.interfaceDrops ?? 0
            losses.queueDrops = desk.dropped
            return RecordingTotals(
                packets: statistics?.received ?? 0,
                bytes: statistics?.receivedBytes ?? 0,
                losses: losses
            )
        }
    }

    /// Ends the capture once everything sent before has been decoded.
    ///
    /// - Returns: why the packet file is not whole; `nil` when it is, or none was asked for.
    func close() async -> RunError? {
        let statistics = await capture.withLock { $0 }?.stop()
        lastStatistics.withLock { $0 = statistics }
        // The capture's sink holds this source and this source the capture: let go.
        capture.withLock { $0 = nil }
        desk.withLock { $0.decoder.finish(at: $0.lastPacketAt, into: &$0.collector) }
        handOn()
        queue.finish()
        return desk.withLock { $0.recorder?.finish() }.map { RunError(.unreadable, $0) }
    }

    private func receive(_ header: PacketHeader, _ bytes: RawSpan) {
        desk.withLock { desk in
            desk.recorder?.receive(header, bytes)
            desk.lastPacketAt = header.at
            desk.decoder.receive(bytes, header: header, into: &desk.collector)
        }
    }

    private func handOn() {
        desk.withLock { desk in
            let batch = desk.collector.pending
            desk.collector.pending = EvidenceBatch()
            guard !batch.isEmpty else { return }
            if case .dropped = queue.yield(batch) { desk.dropped += Int64(batch.count) }
        }
    }
}

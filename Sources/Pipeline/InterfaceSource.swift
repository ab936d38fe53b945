// Records from an interface: packets are decoded on the capture's own thread, evidence goes to the ingest in batches.

import Dialects
import PacketSources
import Synchronization
import Traffic
import Wire

/// A live capture that feeds one recording, and a packet file when asked to.
final class InterfaceSource: Sendable {
    /// What a fact takes in the queue beside its bytes, about.
    private static let factBytes = 256

    /// What the capture's thread works on.
    private struct Desk: ~Copyable {
        var decoder: WireDecoder
        var collector: EvidenceCollector
        var recorder: PacketRecorder?
        var ring: PacketRing?
        var lastPacketAt = Timestamp(nanoseconds: 0)
        var dropped: Int64 = 0
    }

    private let desk: Mutex<Desk>
    private let batches: AsyncStream<EvidenceBatch>
    private let queue: AsyncStream<EvidenceBatch>.Continuation
    private let capture = Mutex<LiveCapture?>(nil)
    private let lastStatistics = Mutex<CaptureStatistics?>(nil)
    private let snapshots: PacketSnapshots?
    /// Bytes of evidence that wait for the ingest, and how many may.
    private let queuedBytes = Atomic(0)
    private let queueLimit: Int

    private init(_ plan: InterfacePlan, recordingID: Int64, limits: ReadingLimits) {
        let files = plan.packetFiles
        let last = files?.keepLast
        snapshots = last == nil ? nil : files.map { PacketSnapshots($0) }
        queueLimit = plan.queueBytes
        desk = Mutex(
            Desk(
                decoder: WireDecoder(limits: limits.wire),
                collector: EvidenceCollector(recordingID: recordingID, limits: limits.meters),
                recorder: last == nil ? files.map { PacketRecorder($0) } : nil,
                ring: last.map { PacketRing(span: $0, limit: files?.keepLastBytes ?? 0) }
            )
        )
        // Unbounded here: `handOn` counts the bytes.
        (batches, queue) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Starts capturing; when it returns, everything sent from then on is seen.
    static func open(
        _ plan: InterfacePlan,
        recordingID: Int64,
        limits: ReadingLimits
    ) throws(RunError) -> InterfaceSource {
        let source = InterfaceSource(plan, recordingID: recordingID, limits: limits)
        do {
            let capture = try plan.open(
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
            queuedBytes.subtract(Self.size(of: batch), ordering: .relaxed)
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

    // MARK: - Packets that are kept

    /// Hands the packets written so far to the kernel; why none are written any more, if something went wrong.
    func flushPackets() -> String? {
        desk.withLock { desk in
            desk.recorder?.flush()
            return desk.recorder?.failure
        }
    }

    /// Begins the next packet file.
    func reopenPackets() {
        desk.withLock { $0.recorder?.reopen() }
    }

    /// Writes the packets of the last while, when these are kept, and begins to gather anew.
    ///
    /// - Returns: the file; `nil` when no packets are kept, or none came.
    func snapshotPackets() throws(RunError) -> PacketSnapshot? {
        guard let snapshots else { return nil }
        // The capture goes on while the file is written.
        let ring = desk.withLock { $0.ring?.take() }
        do {
            return try ring.flatMap { ring throws(PacketSourceError) in try snapshots.write(ring) }
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
    }

    // MARK: - On the capture's thread

    private func receive(_ header: PacketHeader, _ bytes: RawSpan) {
        desk.withLock { desk in
            desk.recorder?.receive(header, bytes)
            desk.ring?.append(header, bytes)
            desk.lastPacketAt = header.at
            desk.decoder.receive(bytes, header: header, into: &desk.collector)
        }
    }

    private func handOn() {
        desk.withLock { desk in
            let batch = desk.collector.pending
            desk.collector.pending = EvidenceBatch()
            guard !batch.isEmpty else { return }
            let size = Self.size(of: batch)
            guard queuedBytes.load(ordering: .relaxed) + size <= queueLimit else {
                desk.dropped += Int64(batch.count)
                return
            }
            queuedBytes.add(size, ordering: .relaxed)
            queue.yield(batch)
        }
    }

    private static func size(of batch: EvidenceBatch) -> Int { batch.byteCount + batch.count * factBytes }
}

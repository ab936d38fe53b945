// Records from an interface: one thread takes packets off the kernel, another task decodes them, a third files them.

import Dialects
import PacketSources
import Synchronization
import Traffic

/// A live capture that feeds one recording, and a packet file when asked to.
final class InterfaceSource: Sendable {
    /// How long packets gather before they are decoded: a wake for each one would cost more than decoding it.
    private static let gatheringTime = Duration.milliseconds(50)

    /// The packets of the last while, where these are kept.
    private let ring: Mutex<PacketRing?>
    /// The files of all packets, where these are kept.
    private let packetFiles: PacketFileQueue?
    private let keepsLast: Bool
    private let backlog: PacketBacklog
    private let recordingID: Int64
    private let limits: ReadingLimits
    private let capture = Mutex<LiveCapture?>(nil)
    private let lastStatistics = Mutex<CaptureStatistics?>(nil)
    private let snapshots: PacketSnapshots?
    /// What was not seen of the packets decoded so far.
    private let unseen = Mutex(Losses())
    private let priority = WorkerPriority()
    private let lastObstacle = Mutex<String?>(nil)

    private init(_ plan: InterfacePlan, recordingID: Int64, limits: ReadingLimits, spoolFolder: String) {
        let files = plan.packetFiles
        let last = files?.keepLast
        snapshots = last == nil ? nil : files.map { PacketSnapshots($0) }
        keepsLast = last != nil
        packetFiles = last == nil ? files.map { PacketFileQueue($0) } : nil
        ring = Mutex(last.map { PacketRing(span: $0, limit: files?.keepLastBytes ?? 0) })
        self.recordingID = recordingID
        self.limits = limits
        backlog = PacketBacklog(plan.backlogLimits, folder: spoolFolder, recordingID: recordingID)
    }

    /// Starts capturing; when it returns, everything sent from then on is seen.
    static func open(
        _ plan: InterfacePlan,
        recordingID: Int64,
        limits: ReadingLimits,
        spoolFolder: String
    ) throws(RunError) -> InterfaceSource {
        let source = InterfaceSource(plan, recordingID: recordingID, limits: limits, spoolFolder: spoolFolder)
        do {
            let capture = try plan.open(
                sink: { header, bytes in source.receive(header, bytes) },
                batchEnded: { source.backlog.tell() }
            )
            source.capture.withLock { $0 = capture }
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
        source.backlog.startSpooling()
        return source
    }

    /// Decodes and files packets until the capture has ended and none wait.
    ///
    /// - Returns: why it ended, when it was not closed.
    func run(into ingest: Ingest, reading dialects: DialectSet) async throws -> RunError? {
        async let end = waitForEnd()
        let belt = EvidenceBelt()
        async let filed: Void = file(belt, into: ingest)
        await decode(reading: dialects, onto: belt)
        belt.end()
        try await filed
        return try await end.map { RunError(.unreachable, $0.description, cause: $0) }
    }

    private func decode(reading dialects: DialectSet, onto belt: EvidenceBelt) async {
        var decoding = PacketDecoding(recordingID: recordingID, limits: limits, dialects: dialects)
        for await _ in backlog.arrivals {
            await decodeAll(with: &decoding, onto: belt)
            // Cancelled only together with whoever would file it.
            try? await Task.sleep(for: Self.gatheringTime)
        }
        await decodeAll(with: &decoding, onto: belt)
        decoding.finish()
        await belt.send(decoding.take(into: belt.emptyBatch()))
        unseen.withLock { $0 = decoding.losses }
    }

    private func decodeAll(with decoding: inout PacketDecoding, onto belt: EvidenceBelt) async {
        while !belt.isOver, let piece = backlog.take() {
            priority.apply()
            decoding.decode(piece.block)
            var evidence = decoding.take(into: belt.emptyBatch())
            evidence.spooled = piece.position.map { (recordingID, $0) }
            backlog.recycle(piece)
            unseen.withLock { $0 = decoding.losses }
            await belt.send(evidence)
        }
    }

    private func file(_ belt: EvidenceBelt, into ingest: Ingest) async throws {
        do {
            try await belt.run { [backlog, recordingID, priority] evidence in
                priority.apply()
                let progress = try await ingest.receive(evidence)
                backlog.release(before: await ingest.spoolPosition(of: recordingID))
                return progress
            }
        } catch {
            // Nobody files any more: what comes is counted, not kept.
            backlog.abandon()
            throw error
        }
    }

    /// Waits until the capture has ended; when it did so by itself, nothing more will come.
    private func waitForEnd() async throws -> PacketSourceError? {
        let reason = try await capture.withLock { $0 }?.waitForEnd()
        if reason != nil {
            backlog.close()
        }
        return reason
    }

    /// What was seen on the wire so far: packets, bytes, losses of every kind.
    var totals: RecordingTotals {
        let statistics = lastStatistics.withLock { last in
            last = capture.withLock { $0 }?.statistics ?? last
            return last
        }
        var losses = unseen.withLock(\.self)
        losses.kernelDrops = statistics?.kernelDrops ?? 0
        losses.interfaceDrops = statistics?.interfaceDrops ?? 0
        losses.queueDrops = backlog.state.dropped
        losses.unwrittenPackets = (packetFiles?.lost ?? 0) + (snapshots?.lost ?? 0)
        return RecordingTotals(
            packets: statistics?.received ?? 0,
            bytes: statistics?.receivedBytes ?? 0,
            losses: losses
        )
    }

    /// Packets on the disk that wait to be decoded.
    var spooledPackets: Int64 { backlog.state.spooled }

    /// Why packets do not get to the disk any more, or that they do again, when that has changed.
    func takeNotes() -> [RecordingNote] {
        let obstacle = backlog.state.obstacle
        return lastObstacle.withLock { last in
            guard last != obstacle else { return [] }
            last = obstacle
            return [.packetSpool(obstacle: obstacle)]
        }
    }

    /// Ends the capture once everything sent before has been taken off the kernel; `run` goes on until it is decoded.
    ///
    /// - Returns: why the packet file is not whole; `nil` when it is, or none was asked for.
    func close() async -> RunError? {
        let statistics = await capture.withLock { $0 }?.stop()
        lastStatistics.withLock { $0 = statistics }
        // The capture's sink holds this source and this source the capture: let go.
        capture.withLock { $0 = nil }
        backlog.close()
        return packetFiles?.finish().map { RunError(.unreadable, $0) }
    }

    // MARK: - Packets that are kept

    /// Hands the packets written so far to the kernel; why none are written any more, if something went wrong.
    func flushPackets() -> String? {
        packetFiles?.flush()
    }

    /// Begins the next packet file.
    func reopenPackets() {
        packetFiles?.reopen()
    }

    /// Writes the packets of the last while, when these are kept, and begins to gather anew.
    ///
    /// - Returns: the file; `nil` when no packets are kept, or none came.
    func snapshotPackets() throws(RunError) -> PacketSnapshot? {
        guard let snapshots else { return nil }
        // The capture goes on while the file is written.
        let ring = self.ring.withLock { $0?.take() }
        do {
            return try ring.flatMap { ring throws(PacketSourceError) in try snapshots.write(ring) }
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
    }

    /// Lets go of the packets that wait: those in memory are dropped and counted, those on the disk left to the next
    /// start.
    func abandonPackets() {
        backlog.abandon()
    }

    /// Removes what was spooled, as far as the store has it.
    func removeSpool(storedUpTo position: Int64) {
        backlog.release(before: position)
        backlog.removeFolder()
    }

    // MARK: - On the capture's thread

    private func receive(_ header: PacketHeader, _ bytes: RawSpan) {
        packetFiles?.append(header, bytes)
        if keepsLast { ring.withLock { $0?.append(header, bytes) } }
        backlog.append(header, bytes)
    }
}

// Packets that a killed recorder had put on the disk and not decoded yet.

import Dialects
import PacketSources
import Sessions
import Store
import Traffic

/// Finishes the recordings that a killed recorder left, from the packets that it spooled.
struct PacketRecovery {
    /// Packets that are decoded before what they hold is filed.
    private static let packetsAtOnce = 4_096

    let store: UpgradeStore
    let dialects: DialectSet
    let reading: ReadingLimits
    let limits: TrackerLimits

    /// Brings everything that lies in the packet spool beside the store into it.
    ///
    /// For who holds the store's lock. What is in the store already is not taken again; a second run changes nothing.
    /// - Returns: how many packets were decoded.
    func run() async throws -> Int64 {
        let folder = SpoolFolders.packets(besideStoreAt: store.path)
        let remains = PacketSpoolRemains(folder: folder)
        var recovered: Int64 = 0
        for id in remains.recordingIDs {
            let known = try store.recordings().first { $0.id == id && $0.start.kind == .interface }
            guard let recording = known else { throw Self.strange(id, in: folder) }
            recovered += try await recover(recording, from: remains)
            remains.remove(id)
        }
        return recovered
    }

    private func recover(_ recording: StoredRecording, from remains: PacketSpoolRemains) async throws -> Int64
    {
        let id = recording.id
        let before = Continuation(resuming: recording)
        let ingest = try Ingest(store: store, dialects: dialects, limits: limits, continuing: before)
        await ingest.resume(id, from: recording.counts)
        var decoding = PacketDecoding(
            recordingID: id,
            limits: reading,
            dialects: dialects,
            // A recovery that was killed itself has given away numbers, too.
            numbersTaken: try store.numbers(ofRecording: id)
        )
        var (count, end) = (Int64(0), recording.endedAt ?? recording.start.startedAt)
        var position = recording.counts.spoolPosition
        try await remains.read(of: id, from: position) { header, bytes, behind in
            decoding.decode(header, bytes)
            (count, end, position) = (count + 1, max(end, header.at), behind)
            guard count % Int64(Self.packetsAtOnce) == 0 else { return }
            try await file(&decoding, upTo: position, of: recording, into: ingest)
        }
        guard count > 0 else { return 0 }
        decoding.finish()
        try await file(&decoding, upTo: position, of: recording, into: ingest)
        try await finish(recording, ingest, at: end)
        return count
    }

    private func file(
        _ decoding: inout PacketDecoding,
        upTo position: Int64,
        of recording: StoredRecording,
        into ingest: Ingest
    ) async throws {
        let before = recording.counts
        var losses = before.losses
        losses.add(decoding.losses)
        // Written together with the position: who goes on from there does not see again what was lost before it.
        let totals = RecordingTotals(packets: before.packets, bytes: before.bytes, losses: losses)
        await ingest.note(totals, recordingID: recording.id)
        var evidence = decoding.take(into: ReadEvidence())
        evidence.spooled = (recording.id, position)
        try await ingest.receive(evidence)
    }

    private func finish(
        _ recording: StoredRecording,
        _ ingest: Ingest,
        at end: Timestamp
    ) async throws {
        let counts = try await ingest.finish(at: end)
        try store.finishRecording(
            recording.id,
            endedAt: end,
            counts: counts[recording.id] ?? recording.counts,
            state: recording.state == .running ? .interrupted : recording.state
        )
    }

    /// Packets that belong to no recording of the store: it is not the one they were captured for.
    private static func strange(_ id: Int64, in folder: String) -> RunError {
        RunError(
            .impossible,
            "'\(folder)' holds packets of a recording \(id) that this store does not know; put the store back that they "
                + "were captured for, or move that folder away: its files can be imported like any capture."
        )
    }
}

// What a killed recorder acknowledged and had not stored yet.

import Dialects
import Sessions
import Spool
import Store
import Traffic

/// What was brought in.
struct Recovered: Hashable, Sendable {
    /// Deliveries of brokers.
    var deliveries: Int64 = 0
    /// Sniffed packets.
    var packets: Int64 = 0
}

/// Finishes the recordings that a killed recorder left, from what it spooled.
enum SpoolRecovery {
    /// Brings everything that lies in spools beside the store into it, and ends those recordings as interrupted.
    ///
    /// For who holds the store's lock. What is in the store already is not taken again; a second run changes nothing.
    static func run(
        _ store: UpgradeStore,
        dialects: DialectSet,
        reading: ReadingLimits = ReadingLimits(),
        limits: TrackerLimits = TrackerLimits()
    ) async throws -> Recovered {
        var recovered = Recovered()
        for folder in SpoolFolders.all(beside: store) {
            do {
                let remains = try SpoolRemains(folder: folder)
                for id in remains.recordingIDs {
                    recovered.deliveries += try await recover(id, remains, store, dialects, limits)
                }
            } catch let error as SpoolError {
                throw RunError(.unreadable, error.description, cause: error)
            }
        }
        let packets = PacketRecovery(store: store, dialects: dialects, reading: reading, limits: limits)
        recovered.packets = try await packets.run()
        return recovered
    }

    private static func recover(
        _ id: Int64,
        _ remains: SpoolRemains,
        _ store: UpgradeStore,
        _ dialects: DialectSet,
        _ limits: TrackerLimits
    ) async throws -> Int64 {
        let known = try store.recordings().first { $0.id == id && $0.start.kind == .broker }
        guard let recording = known else {
            try await remains.read(of: id, from: 0) { _ in throw RunError.strange(spoolOf: id, beside: store)
            }
            return 0
        }
        let before = Continuation(resuming: recording)
        let ingest = try Ingest(store: store, dialects: dialects, limits: limits, continuing: before)
        await ingest.resume(id, from: recording.counts)
        let filing = SpoolFiling(recordingID: id)
        var reader = EvidenceReader(dialects, keeping: SubscribedTopics(beside: dialects))
        var evidence = ReadEvidence()
        var count: Int64 = 0
        var end = recording.endedAt ?? recording.start.startedAt
        try await remains.read(of: id, from: recording.counts.spoolPosition) { batch in
            filing.read(batch, with: &reader, into: &evidence)
            try await ingest.receive(evidence)
            evidence.removeAll()
            count += Int64(batch.entries.count)
            end = max(end, batch.entries.last?.receivedAt ?? end)
        }
        guard count > 0 else { return 0 }
        let counts = try await ingest.finish(at: end)
        try store.finishRecording(
            id,
            endedAt: end,
            counts: counts[id] ?? recording.counts,
            state: recording.state == .running ? .interrupted : recording.state
        )
        return count
    }
}

extension RecordingPlan {
    /// Brings in what was left of earlier recordings, within the limits of this one.
    func recover(_ store: UpgradeStore, reading dialects: DialectSet) async throws -> Recovered {
        try await SpoolRecovery.run(store, dialects: dialects, reading: reading, limits: sessions)
    }
}

private extension RunError {
    /// Deliveries that belong to no recording of the store: it is not the one they were taken for.
    static func strange(spoolOf id: Int64, beside store: UpgradeStore) -> RunError {
        RunError(
            .impossible,
            "'\(SpoolFolders.root(beside: store))' holds deliveries of a recording \(id) that this store does not know; "
                + "put the store back that they were taken for, or move that folder away."
        )
    }
}

// Evidence on its way from the task that reads it to the task that files it.

import AsyncAlgorithms
import Synchronization

/// A bounded queue of batches; batches that were filed go back to be filled again, so that their memory is used on.
final class EvidenceBelt: Sendable {
    /// Batches that may wait; then the sender waits.
    private static let limit = 4

    private let channel = AsyncChannel<ReadEvidence>()
    private let emptied = Mutex<[ReadEvidence]>([])
    private let filed = Mutex(RecordingProgress())
    private let over = Mutex(false)

    /// Whether nothing more is filed: what would be sent now is lost.
    var isOver: Bool { over.withLock { $0 } }

    /// What filing has come to so far.
    var progress: RecordingProgress { filed.withLock { $0 } }

    /// A batch to be filled.
    func emptyBatch() -> ReadEvidence {
        emptied.withLock { $0.popLast() } ?? ReadEvidence()
    }

    /// Puts a batch on the belt; waits while too many are on it.
    ///
    /// Nothing happens once filing has failed.
    func send(_ evidence: sending ReadEvidence) async {
        await channel.send(evidence)
    }

    /// Ends the belt: what is on it is still filed.
    func end() {
        channel.finish()
    }

    /// Files batches in their order until the belt ends.
    ///
    /// - Throws: what `file` throws; `CancellationError` when the task is cancelled before the belt has ended.
    func run(file: (ReadEvidence) async throws -> RecordingProgress) async throws {
        // A sender must not wait for one who is gone.
        defer {
            over.withLock { $0 = true }
            channel.finish()
        }
        for await batch in channel.buffer(policy: .bounded(Self.limit)) {
            var batch = batch
            let progress = try await file(batch)
            filed.withLock { $0 = progress }
            batch.removeAll()
            emptied.withLock { $0.append(batch) }
        }
        // A cancelled task is handed no more batches, as if the belt had ended.
        try Task.checkCancellation()
    }
}

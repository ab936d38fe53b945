// The batch that is being written, beside the one that gathers.

import Dispatch
import Store
import Synchronization

/// Holds what is on its way into the store until the store has it.
final class Outbox: Sendable {
    private let batch = Mutex(StoreBatch())
    private let queue = DispatchQueue(label: "otatape.outbox", qos: .userInitiated)

    /// Whether everything handed over is in the store.
    var isEmpty: Bool { batch.withLock { $0.isEmpty } }

    /// Whether it is being written at this moment.
    var isWriting: Bool { batch.withLockIfAvailable { _ in true } == nil }

    /// Takes over what has gathered; the memory of what was written before gathers next.
    func fill(from gathered: inout StoreBatch) {
        batch.withLock { swap(&$0, &gathered) }
    }

    /// Writes it all in one transaction; when that fails, it is kept for the next try.
    ///
    /// SQLite blocks its thread, which therefore is none of those that the other tasks of this process share.
    func write(to store: UpgradeStore) async -> StoreError? {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.writeNow(to: store)) }
        }
    }

    private func writeNow(to store: UpgradeStore) -> StoreError? {
        batch.withLock { batch in
            do throws(StoreError) {
                try store.write(batch)
            } catch {
                return error
            }
            batch.removeAll()
            return nil
        }
    }
}

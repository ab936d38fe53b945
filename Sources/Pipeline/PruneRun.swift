// `prune`: old evidence out of a store that nobody records into.

public import Store
import Traffic

/// A run of `prune`.
public enum PruneRun {
    /// Lets go of what is beyond `retention`; with `compacts` the file shrinks as well.
    ///
    /// - Throws: `.impossible` while another process records into the store; what the store throws.
    public static func run(
        _ store: UpgradeStore,
        keeping retention: Retention,
        compacts: Bool
    ) async throws -> StorePruner.Outcome {
        let lock = try RecorderLock(of: store)
        defer { lock.release() }
        var pruner = StorePruner(store, keeping: retention)
        let outcome = try await pruner.run(at: .now())
        if compacts { try store.compact() }
        return outcome
    }
}

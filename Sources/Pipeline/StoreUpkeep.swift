// Keeps a store within its limit while it is recorded into.

import Store
import Traffic

/// Prunes at the beginning, every few minutes, and at the end of a recording.
actor StoreUpkeep {
    /// Between two runs.
    private static let interval = Duration.seconds(180)
    /// What is younger stays: a recorder may still hold such sessions in memory, and write them again.
    static let spared = Duration.seconds(3_600)

    private let retention: Retention
    private var pruner: StorePruner
    private var written = WrittenWatch(span: StoreUpkeep.spared)
    private let store: UpgradeStore
    private var isExcessTold = false
    private var excess: RecordingNote?
    /// What was let go so far.
    private(set) var tally = PruneTally()

    /// Keeps `store` within `retention`.
    init(_ store: UpgradeStore, keeping retention: Retention) {
        self.retention = retention
        self.store = store
        pruner = StorePruner(store, keeping: retention, sparing: Self.spared, looksAtAll: false)
    }

    /// Prunes now and every few minutes, until the task is cancelled.
    ///
    /// - Throws: what the store throws, unless it may pass.
    func keep() async throws {
        while !Task.isCancelled {
            try await run()
            do { try await Task.sleep(for: Self.interval) } catch { return }
        }
    }

    /// Prunes once; a store that another program holds is pruned the next time.
    func run() async throws {
        var pruner = pruner
        do {
            pruner.sparedAfter = written.lastBefore(.now, newest: try store.nextMessageID() - 1)
            let outcome = try await pruner.run(at: .now())
            tally.add(outcome.tally)
            self.pruner = pruner
            note(outcome)
        } catch let error as StoreError where error.mayPass {
            return
        }
    }

    /// That the limit cannot be kept, since this was last called; once, until it was kept again.
    func takeExcess() -> RecordingNote? { excess.take() }

    /// A run that was cancelled says nothing of what is left.
    private func note(_ outcome: StorePruner.Outcome) {
        guard case .size(let limit) = retention, !Task.isCancelled else { return }
        if !outcome.isWithinLimit, !isExcessTold {
            excess = .beyondLimit(usedBytes: outcome.usedBytes, limit: limit)
        }
        isExcessTold = !outcome.isWithinLimit
    }
}

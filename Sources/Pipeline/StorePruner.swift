// Keeps a store within what it is to keep, over and over.

public import Store
public import Traffic

/// Lets go of what a store need not keep any more, in many small transactions: others write in between.
public struct StorePruner: Sendable {
    /// What a run came to.
    public struct Outcome: Hashable, Sendable {
        /// What was let go.
        public var tally = PruneTally()
        /// Whether the store is within its limit now; a size may be too small for sessions and transfers alone, or for
        /// what is too young to go.
        public var isWithinLimit = true
        /// Bytes of the store that hold something, where a size is to be kept.
        public var usedBytes: Int64 = 0
    }

    /// The least part of the messages that goes at once where a size is to be kept.
    private static let leastShare = 0.02

    private let store: UpgradeStore
    private let retention: Retention
    private let youngest: Duration
    private let looksAtAll: Bool
    private var start = StorePruning.Start()
    /// Messages of greater ids stay, whatever their time says.
    var sparedAfter = Int64.max

    /// A pruner of a store.
    ///
    /// - Parameters:
    ///   - store: The store; nobody else writes evidence into it.
    ///   - retention: What is kept.
    ///   - youngest: What is no older than this is kept whatever the limit: a recorder holds such sessions in memory.
    ///   - looksAtAll: Whether every message is looked at, rather than those written first.
    public init(
        _ store: UpgradeStore,
        keeping retention: Retention,
        sparing youngest: Duration = .zero,
        looksAtAll: Bool = true
    ) {
        self.store = store
        self.retention = retention
        self.youngest = youngest
        self.looksAtAll = looksAtAll
    }

    /// Lets go of what is beyond the limit at `now`.
    public mutating func run(at now: Timestamp) async throws -> Outcome {
        let newest = now.advanced(by: .zero - youngest)
        switch retention {
        case .age(let age):
            let cutoff = min(newest, now.advanced(by: .zero - age))
            return Outcome(tally: try await prune(before: cutoff, at: now))
        case .size(let limit):
            return try await shrink(to: limit, newest, at: now)
        }
    }

    private mutating func shrink(to limit: Int64, _ newest: Timestamp, at now: Timestamp) async throws
        -> Outcome
    {
        var outcome = Outcome()
        var share = 0.0
        while true {
            let used = try store.usedBytes()
            outcome.usedBytes = used
            if used <= limit { return outcome }
            let excess = Double(used - limit) / Double(used)
            share = max(share, excess, Self.leastShare)
            guard let time = try store.timeOfMessage(afterShare: min(share, 1), now: now) else { break }
            // The share's last message goes too; the last share is everything.
            let cutoff = share < 1 ? min(time.advanced(by: .nanoseconds(1)), newest) : newest
            let tally = try await prune(before: cutoff, at: now)
            outcome.tally.add(tally)
            if Task.isCancelled || cutoff == newest || share >= 1, tally.messages == 0 { break }
            share = tally.messages == 0 ? share * 2 : 0
        }
        outcome.usedBytes = try store.usedBytes()
        outcome.isWithinLimit = outcome.usedBytes <= limit
        return outcome
    }

    private mutating func prune(before cutoff: Timestamp, at now: Timestamp) async throws -> PruneTally {
        let from = looksAtAll ? StorePruning.Start() : start
        var pruning = StorePruning(
            store,
            before: cutoff,
            now: now,
            sparing: sparedAfter,
            from: from,
            looksAtAll: looksAtAll
        )
        while !Task.isCancelled, try pruning.step() { await Task.yield() }
        guard !Task.isCancelled else { return pruning.tally }
        start = pruning.next
        return pruning.tally
    }
}

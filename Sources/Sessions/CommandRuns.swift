// How often commands ran whose sessions are no longer in memory.

import DequeModule

/// Runs of the latest commands.
///
/// A command is known by 64 bits of hash, keyed by the process: tens of thousands of them are not mistaken for each
/// other, and none keeps its texts in memory.
struct CommandRuns: Sendable {
    private var runs: [Int: Int32] = [:]
    private var order: Deque<Int> = []
    private let limit: Int

    /// Remembers as many commands.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether none is remembered.
    var isEmpty: Bool { runs.isEmpty }

    /// How often a device's command ran; `nil` when that is not remembered.
    func count(of command: String, by ledger: LedgerKey) -> Int? {
        runs[Self.hash(command, ledger)].map { Int($0) }
    }

    /// Remembers that a device's command ran so often, or more often.
    mutating func remember(_ attempt: Int, of command: String, by ledger: LedgerKey) {
        let hash = Self.hash(command, ledger)
        let attempt = Int32(clamping: attempt)
        if let known = runs[hash] {
            runs[hash] = max(known, attempt)
            return
        }
        if runs.count >= limit, let oldest = order.popFirst() { runs[oldest] = nil }
        runs[hash] = attempt
        order.append(hash)
    }

    private static func hash(_ command: String, _ ledger: LedgerKey) -> Int {
        var hasher = Hasher()
        hasher.combine(ledger)
        hasher.combine(command)
        return hasher.finalize()
    }
}

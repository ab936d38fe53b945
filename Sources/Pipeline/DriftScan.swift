// Reads a store's messages again and tells where devices have left their definitions.

public import Dialects
import Sessions
public import Store
public import Traffic

/// What a scan of a store found.
public struct DriftScan: Sendable {
    /// What differs, by dialect, topic and time.
    public let findings: [DriftFinding]
    /// Messages that were read, each once: copies and redeliveries are left out.
    public let messages: Int
    /// How often something was seen that is not listed, to stay within bounds.
    public let uncounted: Int

    /// Scans a store.
    /// - Parameters:
    ///   - store: The store.
    ///   - dialects: What reads its messages.
    ///   - since: Messages before it are left out.
    ///   - limit: Most findings that are told apart.
    ///   - progress: Told now and then how many messages have been read.
    /// - Throws: what the store throws.
    public init(
        _ store: UpgradeStore,
        dialects: DialectSet,
        since: Timestamp? = nil,
        limit: Int = 10_000,
        progress: (Int) -> Void = { _ in }
    ) throws {
        var examiner = MessageExaminer(dialects)
        var tally = DriftTally(limit: limit)
        var messages = 0
        var repeats = RepeatWatch()
        try store.forEachMessage(since: since) { stored in
            let sight = MessageSight(stored.message, id: stored.id)
            if repeats.isRepeat(sight, isTimed: stored.reading?.claimedAt != nil) { return }
            messages += 1
            if messages.isMultiple(of: 1_024) { progress(messages) }
            if let examined = examiner.examine(stored.message) {
                tally.take(examined, at: stored.message.recordedAt)
            }
        }
        findings = tally.findings
        uncounted = tally.uncounted
        self.messages = messages
    }
}

// `otatape prune`: old messages out, sessions stay.

import ArgumentParser
import Pipeline
import Reports
import Store

struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete old messages and rate curves; sessions, transfers and findings stay.",
        discussion: """
            A session's messages go together, when its last one is older than the limit. The session is marked \
            (pruned_before), each recording counts what went (messages_pruned), and `otatape reindex` leaves such \
            sessions as they are. Free pages are used again; --compact gives them back to the system, and needs as \
            much room as the store has meanwhile. What was recorded while the clock was wrong (later than tomorrow, or before \
            2024) is as old as what was written after it. `otatape record --retain` does the same while it records.

            Examples:
              otatape prune --retain 30d
              otatape prune --retain 10GB --compact
            """
    )

    @Option(help: "What to keep: a time (30d, 12h) or a size of the store (10GB, 500MB).")
    var retain: RetentionLimit

    @Flag(help: "Give free pages back to the system.")
    var compact = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let opened = try store.open()
        let outcome = try await PruneRun.run(opened, keeping: retain.retention, compacts: compact)
        Console.write(PruneText.summary(outcome))
        if !outcome.isWithinLimit {
            Console.note(
                "the store is still larger (\(Figures.bytes(outcome.usedBytes))): what is left is sessions, transfers and "
                    + "findings, which stay; allow it more, or begin a new store"
            )
        }
    }
}

/// What pruning came to, in words.
enum PruneText {
    static func summary(_ outcome: StorePruner.Outcome) -> String {
        let tally = outcome.tally
        return
            "deleted \(Count.text(tally.messages, "message")) of \(Count.text(tally.sessions, "session")), "
            + "and \(Count.text(tally.samples, "point")) of rate curves"
    }
}

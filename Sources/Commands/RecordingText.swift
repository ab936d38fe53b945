// What a running recording has to say, as lines.

import Dialects
import Pipeline
import Reports
import Sessions
import Traffic

/// Totals and notes of a recording for people.
enum RecordingText {
    /// Deliveries in the spool that are more than what came since the last look.
    private static let spooledWorthTelling: Int64 = 1_000

    /// The totals as a line; `rate` in messages a second, while there is one.
    static func line(_ progress: RecordingProgress, rate: Double? = nil) -> String {
        (rate.map { "\(Int64($0.rounded()))/s, " } ?? "")
            + "\(progress.messagesKept) of \(progress.messagesSeen) messages, \(Count.text(progress.transfers, "transfer")), "
            + "sessions: \(progress.outcomes[.open]) open, \(progress.outcomes[.ok]) ok, \(progress.outcomes[.failed]) failed; "
            + (progress.lastFailure.map { "last failure \(text($0)); " } ?? "")
            + LossText.summary(progress.losses, outages: progress.lossyOutages)
            + (progress.spooled >= spooledWorthTelling ? "; \(progress.spooled) wait in the spool" : "")
            + (progress.spooledPackets > 0 ? "; \(progress.spooledPackets) packets wait on the disk" : "")
            + (progress.obstacle.map { "; \($0)" } ?? "")
    }

    /// What is worked off after the recording, as a line.
    static func workingOff(_ progress: RecordingProgress) -> String {
        "working off \(progress.spooledPackets) packets on the disk; Ctrl-C leaves them to the next start"
    }

    /// What an ended recording has left to the next start.
    static func leftOnDisk(_ progress: RecordingProgress) -> String {
        "\(progress.spooledPackets) packets are left on the disk; the next `otatape record` or `import` takes them in"
    }

    /// Which upgrade failed, and why, in a few words.
    private static func text(_ failure: FailedSession) -> String {
        "\(failure.key.deviceID) \(failure.key.command) (\(failure.failureClass?.rawValue ?? "unknown"))"
    }

    /// A note as a line.
    static func line(_ note: RecordingNote) -> String {
        switch note {
        case .snapshot(let snapshot, let failures):
            let names = failures.prefix(3).map(text).joined(separator: ", ")
            let others = failures.count > 3 ? " and \(failures.count - 3) more" : ""
            let reach = snapshot.isCutShort ? ", as far as --keep-last-size reaches" : ""
            return "failed: \(names)\(others); \(Count.text(Int64(snapshot.packets), "packet")) since "
                + "\(snapshot.startedAt.text(decimals: 0))\(reach) in \(snapshot.path)"
        case .packetsNotKept(let reason):
            return "packets are not kept: \(reason)"
        case .packetSpool(let obstacle?):
            return "packets wait in memory only: \(obstacle); what does not fit is dropped and counted"
        case .packetSpool(nil):
            return "packets that memory cannot hold wait on the disk again"
        case .broker(let url, let note):
            return BrokerNoteText.text(note, of: url)
        case .brokerAwaited(let reason): return "\(reason) Trying again."
        case .storeClosed(let path): return "recording goes on in a new store; the one before is now \(path)"
        case .storeKept(let reason): return "warning: the store is not changed: \(reason)"
        case .notDerived(let path, let reason):
            return
                "warning: the sessions of \(path) are as they were recorded; see `otatape reindex`: \(reason)"
        case .beyondLimit(let used, let limit):
            return
                "warning: --retain \(Figures.bytes(limit)) cannot be kept: the store takes \(Figures.bytes(used)), and what "
                + "is left of it stays (sessions, transfers, findings, and what is younger than an hour); allow it more, or begin new stores (--rotate-store)"
        }
    }
}

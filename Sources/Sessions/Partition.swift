// Divides one device's messages into sessions. dialects.md §5.4–5.5.

import Dialects
import Traffic

/// Divides one device's messages into sessions; messages come in recorded order.
struct Partition: Sendable {
    /// A run of progress reports that say the same, apart from their figures, and the session they are filed in.
    private struct Run {
        var statement: Statement
        var draft: Int
    }

    /// How long an accept may come before its offer (two paths through the broker).
    static let mergeWindow = Duration.seconds(2)
    /// After this long an offer of the same id is a new attempt.
    static let repeatWindow = Duration.seconds(120)

    let rules: SessionRules
    /// Downloads that belong to the sessions, as life signs.
    let spans: [Session.Key: [TransferSpan]]
    /// Runs so far, by command id.
    var attempts: [String: Int]
    /// The versions the device reported, the last of them last.
    var versions: ReportedVersions
    var drafts: [SessionDraft] = []
    /// By handle.
    var placements: [Placement] = []
    private var redeliveries = RedeliveryWindow()
    /// The run of progress reports that the last message belongs to.
    private var run: Run?
    /// Whether a session has downloads that are not counted yet.
    var hasUncountedTransfers = false
    private let sessionWindow: Int64

    init(
        rules: SessionRules,
        spans: [Session.Key: [TransferSpan]] = [:],
        attempts: [String: Int] = [:],
        versions: ReportedVersions = ReportedVersions()
    ) {
        self.rules = rules
        self.spans = spans
        self.attempts = attempts
        self.versions = versions
        sessionWindow = rules.timers.session.wholeNanoseconds
    }

    var timers: DialectTimers { rules.timers }

    /// Files one of the messages.
    mutating func receive(_ messages: [MessageEvidence], handle: Int) {
        if hasUncountedTransfers { countTransfers(until: messages[handle].at) }
        while placements.count <= handle { placements.append(Placement()) }
        if isContinued(by: messages[handle]) {
            file(messages[handle], handle)
        } else {
            place(messages[handle], messages[handle].event, handle: handle)
        }
    }

    private mutating func countTransfers(until time: Timestamp) {
        var isCounted = false
        for index in drafts.indices where drafts[index].countTransfers(until: time) { isCounted = true }
        // A download may open another session to what the run goes on to say.
        if isCounted { run = nil }
        hasUncountedTransfers = drafts.contains(where: \.hasUncountedTransfers)
    }

    private mutating func place(_ evidence: MessageEvidence, _ event: UpgradeEvent, handle: Int) {
        run = nil
        if let original = original(ofRedelivery: evidence, event) {
            let draft = placement(of: original).draft
            placements[handle] = Placement(draft: draft, duplicateOf: original)
            if let draft { drafts[draft].duplicates.append(handle) }
            return
        }
        redeliveries.remember(evidence, handle)
        placements[handle] = place(event, handle: handle)
        if evidence.kind == .chunk, let draft = placements[handle].draft {
            drafts[draft].chunks.add(evidence)
        }
        if evidence.kind == .progress, let draft = placements[handle].draft {
            run = Run(statement: evidence.statement, draft: draft)
        }
    }

    // MARK: - Runs of progress reports

    /// Whether a report belongs where the one before it went: it says the same, and that session is still under way.
    private func isContinued(by evidence: MessageEvidence) -> Bool {
        guard let run, run.statement === evidence.statement, !redeliveries.holds(evidence.fingerprint) else {
            return false
        }
        return drafts[run.draft].machine.isUnderWay(at: evidence.at, window: sessionWindow)
    }

    /// Files a report that continues the run.
    private mutating func file(_ evidence: MessageEvidence, _ handle: Int) {
        guard let draft = run?.draft else { return }
        redeliveries.remember(evidence, handle)
        drafts[draft].machine.continueProgress(at: evidence.at)
        drafts[draft].pieces.append(SessionDraft.Piece(handle: handle, isAfterEnd: false))
        placements[handle] = Placement(draft: draft)
    }

    /// Where the message of a handle went.
    func placement(of handle: Int) -> Placement {
        placements.indices.contains(handle) ? placements[handle] : Placement()
    }

    /// The sessions with what happened after the last message.
    var closedDrafts: [SessionDraft] {
        guard hasUncountedTransfers else { return drafts }
        var closed = drafts
        for index in closed.indices { _ = closed[index].countTransfers(until: Timestamp(nanoseconds: .max)) }
        return closed
    }

    /// The message this one repeats on the transport (dialects.md §5.5, second row).
    ///
    /// A DUP flag proves it; without one, an offer that repeats after its session's end is a new attempt.
    private func original(ofRedelivery evidence: MessageEvidence, _ event: UpgradeEvent) -> Int? {
        guard let earlier = redeliveries.original(of: evidence, isTimed: event.claimedAt != nil) else {
            return nil
        }
        if evidence.kind == .offer, !evidence.isRedelivery, let draft = placement(of: earlier).draft,
            !drafts[draft].machine.isOpen(at: evidence.at, timers)
        {
            return nil
        }
        return earlier
    }
}

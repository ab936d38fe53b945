// Divides one device's messages into sessions. dialects.md §5.4–5.5.

import Dialects
import Traffic

/// Divides one device's messages into sessions; messages come in recorded order.
struct Partition: Sendable {
    /// Where a message went; small, since there is one for every message that is held.
    struct Placement: Hashable, Sendable {
        private var draftNumber: Int32
        private var originalNumber: Int32

        init(draft: Int? = nil, duplicateOf original: Int? = nil) {
            draftNumber = Int32(draft ?? -1)
            originalNumber = Int32(original ?? -1)
        }

        /// The session's place in `drafts`.
        var draft: Int? { draftNumber < 0 ? nil : Int(draftNumber) }
        /// The message this is a redelivery of, by its handle.
        var duplicateOf: Int? { originalNumber < 0 ? nil : Int(originalNumber) }
    }

    private struct Print {
        var handle: Int
        var at: Timestamp
    }

    /// A run of progress reports that say the same, apart from their figures, and the session they are filed in.
    private struct Run {
        var statement: Statement
        var draft: Int
    }

    /// How long an accept may come before its offer (two paths through the broker).
    static let mergeWindow = Duration.seconds(2)
    /// After this long an offer of the same id is a new attempt.
    static let repeatWindow = Duration.seconds(120)
    private static let leastPrintLimit = 64

    let timers: DialectTimers
    /// Downloads that belong to the sessions, as life signs.
    let spans: [Session.Key: [TransferSpan]]
    /// Runs so far, by command id.
    var attempts: [String: Int]
    /// The version the device last reported.
    var baseline: String?
    var drafts: [SessionDraft] = []
    /// By handle.
    private var placements: [Placement] = []
    /// The latest of equal messages, where it was acknowledged: others are never redelivered.
    private var prints: [MessageFingerprint: Print] = [:]
    /// Prints held before those are forgotten that are too old.
    private var printLimit = leastPrintLimit
    /// A bit for each print, so that nearly all messages without one need not be looked up.
    private var printBits: UInt64 = 0
    /// The run of progress reports that the last message belongs to.
    private var run: Run?
    /// Whether a session has downloads that are not counted yet.
    private var hasUncountedTransfers = false
    private let sessionWindow: Int64

    init(
        timers: DialectTimers,
        spans: [Session.Key: [TransferSpan]] = [:],
        attempts: [String: Int] = [:],
        baseline: String? = nil
    ) {
        self.timers = timers
        self.spans = spans
        self.attempts = attempts
        self.baseline = baseline
        sessionWindow = timers.session.wholeNanoseconds
    }

    /// Files one message.
    mutating func receive(_ evidence: MessageEvidence, _ event: @autoclosure () -> UpgradeEvent, handle: Int)
    {
        if hasUncountedTransfers { countTransfers(until: evidence.at) }
        while placements.count <= handle { placements.append(Placement()) }
        if isContinued(by: evidence) {
            file(evidence, handle)
        } else {
            place(evidence, event(), handle: handle)
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
        remember(evidence, handle)
        placements[handle] = place(event, handle: handle)
        if evidence.kind == .progress, let draft = placements[handle].draft {
            run = Run(statement: evidence.statement, draft: draft)
        }
    }

    // MARK: - Runs of progress reports

    /// Whether a report belongs where the one before it went: it says the same, and that session is still under way.
    private func isContinued(by evidence: MessageEvidence) -> Bool {
        guard let run, run.statement === evidence.statement, !isRemembered(evidence.fingerprint) else {
            return false
        }
        return drafts[run.draft].machine.isUnderWay(at: evidence.at, window: sessionWindow)
    }

    /// Files a report that continues the run.
    private mutating func file(_ evidence: MessageEvidence, _ handle: Int) {
        guard let draft = run?.draft else { return }
        remember(evidence, handle)
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

    // MARK: - Redelivery

    /// Keeps the print of an acknowledged message, in place of an equal one before it.
    private mutating func remember(_ evidence: MessageEvidence, _ handle: Int) {
        if evidence.isAcknowledged {
            if prints.count >= printLimit {
                forgetPrints(before: evidence.at.advanced(by: .zero - Self.repeatWindow))
            }
            prints[evidence.fingerprint] = Print(handle: handle, at: evidence.at)
            printBits |= Self.bit(of: evidence.fingerprint)
        } else if isRemembered(evidence.fingerprint) {
            prints[evidence.fingerprint] = nil
        }
    }

    /// Forgets prints too old for a redelivery, when there are many.
    private mutating func forgetPrints(before time: Timestamp) {
        prints = prints.filter { $0.value.at >= time }
        printBits = prints.keys.reduce(0) { $0 | Self.bit(of: $1) }
        printLimit = max(Self.leastPrintLimit, 2 * prints.count)
    }

    /// Whether there may be a print of an equal message.
    private func isRemembered(_ fingerprint: MessageFingerprint) -> Bool {
        printBits & Self.bit(of: fingerprint) != 0 && prints[fingerprint] != nil
    }

    private static func bit(of fingerprint: MessageFingerprint) -> UInt64 {
        1 << UInt64(truncatingIfNeeded: fingerprint.bits >> 32 & 63)
    }

    /// The message this one repeats on the transport (dialects.md §5.5, second row).
    ///
    /// A DUP flag proves it; without one, an offer that repeats after its session's end is a new attempt.
    private func original(ofRedelivery evidence: MessageEvidence, _ event: UpgradeEvent) -> Int? {
        guard evidence.isAcknowledged, let earlier = prints[evidence.fingerprint] else { return nil }
        let window = event.claimedAt == nil ? CopyWindow.span : Self.repeatWindow
        guard evidence.at.duration(since: earlier.at) <= window else { return nil }
        if evidence.kind == .offer, !evidence.isRedelivery,
            let draft = placement(of: earlier.handle).draft,
            !drafts[draft].machine.isOpen(at: evidence.at, timers)
        {
            return nil
        }
        return earlier.handle
    }

    // MARK: - Filing

    private mutating func place(_ event: UpgradeEvent, handle: Int) -> Placement {
        switch event.kind {
        case .offer: placeOffer(event, handle)
        case .poll: placePoll(event, handle)
        case .noUpdate: dissolvePull(answeredBy: event)
        case .version: placeVersion(event, handle)
        case .accept, .reject, .progress, .result, .cancel, .cancelAck: placeAnswer(event, handle)
        case .versionQuery, .presence, .log, .chunk, .unknown:
            newest { $0.machine.isOpen(at: event.recordedAt, timers) }.map { file(event, handle, in: $0) }
                ?? Placement()
        }
    }

    private mutating func placeOffer(_ event: UpgradeEvent, _ handle: Int) -> Placement {
        if let index = session(continuedBy: event) {
            let known = drafts[index]
            if known.offer == nil { rename(index, after: event) }
            return file(event, handle, in: index)
        }
        let running = drafts.indices.filter { index in
            !drafts[index].isPolledOnly && !drafts[index].isDissolved
                && drafts[index].machine.isOpen(at: event.recordedAt, timers)
                && drafts[index].slot == SessionDraft.slot(of: event.commandID)
        }
        let index = begin(with: event)
        for other in running {
            if drafts[other].commandID == event.commandID && event.commandID != nil {
                _ = drafts[other].machine.conclude(.superseded, at: event.recordedAt)
            } else if drafts[other].isSameArtifact(as: event) {
                _ = drafts[other].machine.conclude(.superseded, at: event.recordedAt)
                drafts[index].retryOf = drafts[other].key
            } else {
                drafts[index].isBeside = true
            }
        }
        return file(event, handle, in: index)
    }

    private mutating func placePoll(_ event: UpgradeEvent, _ handle: Int) -> Placement {
        let at = event.recordedAt
        if let known = newest({
            $0.commandID == event.commandID && $0.isPolledOnly && $0.machine.isOpen(at: at, timers)
        }) {
            return file(event, handle, in: known)
        }
        for index in drafts.indices where drafts[index].isPolledOnly && !drafts[index].isDissolved {
            _ = drafts[index].machine.conclude(.superseded, at: at)
        }
        return file(event, handle, in: begin(with: event))
    }

    /// A pull that is answered with nothing to install leaves no session.
    private mutating func dissolvePull(answeredBy event: UpgradeEvent) -> Placement {
        let pull = newest {
            $0.isPolledOnly && (event.commandID == nil || $0.commandID == event.commandID)
        }
        guard let pull else { return Placement() }
        drafts[pull].isDissolved = true
        for piece in drafts[pull].pieces { placements[piece.handle] = Placement() }
        return Placement()
    }

    private mutating func placeVersion(_ event: UpgradeEvent, _ handle: Int) -> Placement {
        guard let version = event.version else { return Placement() }
        defer { baseline = version }
        let at = event.recordedAt
        guard let index = newest({ $0.machine.isAwaitingVersion(at: at, timers) }) else {
            if let open = newest({ $0.machine.isOpen(at: at, timers) }) {
                drafts[open].fromVersion = drafts[open].fromVersion ?? version
            }
            return Placement()
        }
        drafts[index].pieces.append(SessionDraft.Piece(handle: handle, isAfterEnd: false))
        let draft = drafts[index]
        drafts[index].machine.receive(version: version, at: at, from: draft.fromVersion, to: draft.toVersion)
        return Placement(draft: index)
    }

    private mutating func placeAnswer(_ event: UpgradeEvent, _ handle: Int) -> Placement {
        guard let match = session(answeredBy: event) else {
            return file(event, handle, in: begin(with: event))
        }
        if match.isAmbiguous { drafts[match.index].isAmbiguous = true }
        let placement = file(event, handle, in: match.index)
        let isAfterEnd = drafts[match.index].pieces.last?.isAfterEnd == true
        if !isAfterEnd, event.kind.isFromDevice { takeOver(match.index, at: event.recordedAt) }
        return placement
    }

    /// The device took the later of two offers: the earlier one is over (dialects.md §5.5).
    private mutating func takeOver(_ index: Int, at: Timestamp) {
        guard drafts[index].isBeside, drafts[index].machine.state != .rejected else { return }
        drafts[index].isBeside = false
        for other in drafts.indices.prefix(upTo: index) where drafts[other].slot == drafts[index].slot {
            guard drafts[other].machine.isOpen(at: at, timers), !drafts[other].isDissolved else { continue }
            _ = drafts[other].machine.conclude(.superseded, at: at)
        }
    }
}

// MARK: - Drafts

extension Partition {
    /// The newest session for which the condition holds.
    func newest(_ condition: (SessionDraft) -> Bool) -> Int? {
        drafts.lastIndex { !$0.isDissolved && condition($0) }
    }

    private mutating func file(_ event: UpgradeEvent, _ handle: Int, in index: Int) -> Placement {
        drafts[index].learn(from: event)
        let isAfterEnd = drafts[index].machine.receive(event)
        drafts[index].pieces.append(SessionDraft.Piece(handle: handle, isAfterEnd: isAfterEnd))
        return Placement(draft: index)
    }

    private mutating func begin(with event: UpgradeEvent) -> Int {
        let key = nextKey(for: event, at: event.recordedAt)
        var draft = SessionDraft(key: key, at: event.recordedAt, spans: spans[key] ?? [])
        draft.fromVersion = baseline
        hasUncountedTransfers = hasUncountedTransfers || draft.hasUncountedTransfers
        drafts.append(draft)
        return drafts.count - 1
    }

    /// An offer names the session that began without it.
    private mutating func rename(_ index: Int, after offer: UpgradeEvent) {
        let known = drafts[index].key
        guard known.command != offer.commandID ?? known.command || known.productID != offer.productID ?? ""
        else {
            return
        }
        var key = known
        key.productID = offer.productID ?? known.productID
        if let command = offer.commandID, command != known.command {
            key = nextKey(for: offer, at: offer.recordedAt)
            drafts[index].commandID = command
        }
        let late = (spans[key] ?? []).sorted { $0.start > $1.start }
        drafts[index].key = key
        drafts[index].spans = late
        hasUncountedTransfers = hasUncountedTransfers || !late.isEmpty
    }

    private mutating func nextKey(for event: UpgradeEvent, at: Timestamp) -> Session.Key {
        let command = event.commandID ?? "@\(at.nanoseconds)"
        attempts[command, default: 0] += 1
        return Session.Key(
            dialect: event.dialect,
            productID: event.productID ?? "",
            deviceID: event.deviceID,
            command: command,
            attempt: attempts[command] ?? 1
        )
    }
}

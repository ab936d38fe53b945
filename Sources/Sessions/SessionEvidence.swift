// Everything a session's assessment rests on.

import Dialects
import Traffic

/// A session's evidence in recorded order, and what else was known.
///
/// An object, since many look at it in turn and none changes it.
final class SessionEvidence {
    /// Identity and states, and the places of its messages; copies and transport duplicates are told apart there.
    let draft: SessionDraft
    /// All messages of the device, of which the session has those that its draft names.
    let messages: [MessageEvidence]
    /// The progress messages before the end.
    let progress: [SessionDraft.Piece]
    /// Downloads in the order of their requests.
    let transfers: [TransferEvidence]
    /// Whether a download was attached by a guess.
    let isTransferAmbiguous: Bool
    /// The gateway's own session that this one is a part of.
    let parent: ParentSession?
    let rules: SessionRules
    /// Until when the recordings that saw the session watched.
    let horizon: Timestamp
    /// When none of those recordings was connected to its source.
    let outages: [Outage]
    /// Servers that were not reached, by anybody.
    let unreached: UnreachedServers
    /// Whether those recordings see HTTP to the servers it was sent to, so that a missing download is evidence.
    let seesHTTP: Bool
    /// What is known of the device beside this session.
    let neighbourhood: Neighbourhood

    init(
        draft: SessionDraft,
        messages: [MessageEvidence],
        transfers: [TransferEvidence],
        isTransferAmbiguous: Bool,
        parent: ParentSession?,
        rules: SessionRules,
        neighbourhood: Neighbourhood,
        _ surroundings: Surroundings
    ) {
        self.draft = draft
        self.messages = messages
        self.transfers = transfers
        self.isTransferAmbiguous = isTransferAmbiguous
        self.parent = parent
        self.rules = rules
        self.neighbourhood = neighbourhood
        var recordings: [Int64] = []
        var progress: [SessionDraft.Piece] = []
        progress.reserveCapacity(draft.pieces.count)
        for piece in draft.pieces {
            messages[piece.handle].recordings { if !recordings.contains($0) { recordings.append($0) } }
            if messages[piece.handle].kind == .progress, !piece.isAfterEnd { progress.append(piece) }
        }
        self.progress = progress
        horizon = surroundings.horizon(recordings)
        unreached = surroundings.unreached
        seesHTTP = surroundings.seesHTTP(recordings, to: Set(draft.urls.compactMap { $0.server?.host }))
        outages = surroundings.outages(of: recordings, from: draft.firstSeenAt, to: horizon)
    }

    /// Whether something may have come in a stretch of time that nobody saw.
    func isBlind(from start: Timestamp?, to end: Timestamp?) -> Bool {
        guard !outages.isEmpty, let start, let end else { return false }
        return Outage.overlap(of: outages, from: start, to: end) > .zero
    }

    /// Whether the report that was to confirm the claimed success may have come unseen.
    var isBlindForConfirmation: Bool {
        guard !outages.isEmpty, let end = draft.machine.end?.at else { return false }
        return isBlind(from: end, to: end.advanced(by: rules.timers.confirm))
    }

    /// The session's messages in recorded order.
    var pieces: [SessionDraft.Piece] { draft.pieces }

    /// One of the session's messages.
    subscript(piece: SessionDraft.Piece) -> MessageEvidence { messages[piece.handle] }

    /// How long the platform waits for an answer.
    var ackWindow: Duration { draft.offer?.ackTimeout ?? rules.timers.ack }

    /// When the platform gives up waiting for an answer.
    var ackDeadline: Timestamp? { draft.machine.offeredAt?.advanced(by: ackWindow) }

    /// When nothing can change the session any more.
    var lastChange: Timestamp { draft.machine.lastChange(rules.timers) }

    /// When silence alone will change the session.
    var nextChange: Timestamp? {
        let standing = Standing(of: draft, ackDeadline: ackDeadline, rules: rules, horizon: horizon)
        return [ackDeadline, standing.nextChange].compactMap(\.self).filter { $0 >= horizon }.min()
    }
}

/// Where a session stands at a point of recorded time (dialects.md §5.3).
struct Standing: Hashable, Sendable {
    var state: Session.State
    var endedAt: Timestamp?
    var outcome: Session.Outcome
    /// When silence alone will change this.
    var nextChange: Timestamp?

    init(of draft: SessionDraft, ackDeadline: Timestamp?, rules: SessionRules, horizon: Timestamp) {
        let machine = draft.machine
        if let end = machine.end {
            self.init(ended: end, machine, rules, horizon)
        } else if let ackDeadline, draft.isBeside, !machine.isAnswered, !rules.unseen.contains(.accept) {
            // The device was busy with another upgrade and let this offer fall (dialects.md §1.6).
            self.init(open: machine.state, becoming: .rejected, at: ackDeadline, horizon)
        } else {
            let deadline = machine.lastActivityAt.advanced(by: rules.timers.session)
            self.init(open: machine.state, becoming: .expired, at: deadline, horizon)
            // An end that nobody can see is not missing.
            if state == .expired, rules.unseen.contains(.result) { outcome = .unknown }
        }
    }

    private init(
        open state: Session.State,
        becoming next: Session.State,
        at deadline: Timestamp,
        _ horizon: Timestamp
    ) {
        let isOver = horizon > deadline
        self.state = isOver ? next : state
        endedAt = isOver ? deadline : nil
        outcome = isOver ? .failed : .open
        nextChange = isOver ? nil : deadline
    }

    private init(
        ended end: SessionMachine.End,
        _ machine: SessionMachine,
        _ rules: SessionRules,
        _ horizon: Timestamp
    ) {
        state = machine.state
        endedAt = end.at
        if state == .reportedOK, rules.reportsVersion, !rules.unseen.contains(.version) {
            let deadline = end.at.advanced(by: rules.timers.confirm)
            if horizon > deadline { state = .unconfirmed } else { nextChange = deadline }
        }
        outcome = Self.outcome(of: state)
    }

    private static func outcome(of state: Session.State) -> Session.Outcome {
        switch state {
        case .confirmed, .reportedOK, .unconfirmed: .ok
        case .failed, .timedOut, .rejected, .expired, .contradicted: .failed
        case .cancelled: .cancelled
        case .superseded: .superseded
        case .polled, .offered, .accepted, .transferring, .verifying, .installing, .rebooting: .unknown
        }
    }
}

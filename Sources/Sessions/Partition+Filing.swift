// Files each kind of message with the session it belongs to, or begins one. dialects.md §5.4–5.5.

import Dialects
import Traffic

extension Partition {
    mutating func place(_ event: UpgradeEvent, handle: Int) -> Placement {
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
                && drafts[index].slot == slot(of: event)
        }
        let index = begin(with: event)
        for other in running {
            if drafts[other].commandID == event.commandID && event.commandID != nil {
                supersede(other, by: index, because: handle, at: event.recordedAt)
            } else if drafts[other].isSameArtifact(as: event) {
                supersede(other, by: index, because: handle, at: event.recordedAt)
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
        let index = begin(with: event)
        for other in 0..<index where drafts[other].isPolledOnly && !drafts[other].isDissolved {
            supersede(other, by: index, because: handle, at: at)
        }
        return file(event, handle, in: index)
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
        defer { versions.add(version) }
        let at = event.recordedAt
        let confirmed = newest { $0.isConfirmed(by: version) && $0.machine.isTaking(at: at, timers) }
        let awaiting = newest { draft in
            draft.machine.isAwaitingVersion(at: at, timers)
                || draft.toVersion != version && draft.machine.isRevocable(at: at, timers)
        }
        guard let index = awaiting ?? confirmed else {
            if let open = newest({ $0.machine.isOpen(at: at, timers) }) { drafts[open].note(before: version) }
            return Placement()
        }
        drafts[index].pieces.append(SessionDraft.Piece(handle: handle, isAfterEnd: false))
        drafts[index].receive(version: version, at: at)
        return Placement(draft: index)
    }

    private mutating func placeAnswer(_ event: UpgradeEvent, _ handle: Int) -> Placement {
        guard let match = session(answeredBy: event) else {
            return file(event, handle, in: begin(with: event))
        }
        if match.isAmbiguous { drafts[match.index].isAmbiguous = true }
        let placement = file(event, handle, in: match.index)
        let isAfterEnd = drafts[match.index].pieces.last?.isAfterEnd == true
        if !isAfterEnd, event.kind.isFromDevice {
            takeOver(match.index, because: handle, at: event.recordedAt)
        }
        return placement
    }

    /// The device took the later of two offers: the earlier one is over (dialects.md §5.5).
    private mutating func takeOver(_ index: Int, because handle: Int, at: Timestamp) {
        guard drafts[index].isBeside, drafts[index].machine.state != .rejected else { return }
        drafts[index].isBeside = false
        for other in drafts.indices.prefix(upTo: index) where drafts[other].slot == drafts[index].slot {
            guard drafts[other].machine.isOpen(at: at, timers), !drafts[other].isDissolved else { continue }
            supersede(other, by: index, because: handle, at: at)
        }
    }

    /// Ends a session in favour of another; the message is what tells so.
    private mutating func supersede(_ old: Int, by new: Int, because handle: Int, at: Timestamp) {
        guard !drafts[old].machine.conclude(.superseded, at: at) else { return }
        drafts[old].successor = SessionDraft.Successor(key: drafts[new].key, handle: handle)
    }

    /// The kind of content that an event's command id names.
    private func slot(of event: UpgradeEvent) -> Substring {
        rules.correlation.kind(of: event.commandID)
    }

    // MARK: - Drafts

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
        draft.fromVersion = versions.last
        draft.versionsBefore = versions
        draft.slot = slot(of: event)
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
            drafts[index].slot = slot(of: offer)
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

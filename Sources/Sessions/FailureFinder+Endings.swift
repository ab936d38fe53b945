// Ends that somebody willed, and successes that are not to be trusted.

import Dialects
import Traffic

extension FailureFinder {
    /// The end of an upgrade that was called off, or gave way to another, and that the device then called a failure.
    func willed() -> FailureDiagnosis? {
        guard let event = endingEvent, event.kind == .result,
            [nil, .other, .cancelled, .superseded].contains(event.claimedFailure)
        else { return nil }
        if let cancel = cancelPiece, evidence[cancel].at <= event.recordedAt {
            let text = "the platform cancelled, then the device reported" + said(event)
            return ended(.cancelled, text, offerIDs + [evidence[cancel].id] + endingIDs)
        }
        guard let successor = evidence.draft.successor else { return nil }
        let text = "\(named(successor)) took its place, then the device reported" + said(event)
        return ended(.superseded, text, [evidence.messages[successor.handle].id] + endingIDs)
    }

    /// Why a session is cancelled.
    func cancellation() -> FailureDiagnosis {
        let cancels = cancelPiece.map { [evidence[$0].id] } ?? []
        let text =
            switch endingEvent?.kind {
            case .cancelAck?: "the platform cancelled, and the device confirmed it"
            case .result?: "the device reported" + (endingEvent.map(said) ?? "")
            default: "the platform cancelled, and the device did not say that it heard"
            }
        return ended(.cancelled, text, cancels + endingIDs)
    }

    /// Why a session is superseded.
    func supersession() -> FailureDiagnosis {
        guard let successor = evidence.draft.successor else {
            return ended(.superseded, "another upgrade took its place", [])
        }
        let text = "\(named(successor)) took its place"
        return ended(.superseded, text, offerIDs + [evidence.messages[successor.handle].id])
    }

    private func ended(_ failure: FailureClass, _ text: String, _ messages: [Int64]) -> FailureDiagnosis {
        FailureDiagnosis(failure: failure, source: .claimed, text: text, messageIDs: messages)
    }

    private func named(_ successor: SessionDraft.Successor) -> String {
        if successor.key.command == evidence.draft.key.command { return "attempt \(successor.key.attempt)" }
        return successor.key.command.hasPrefix("@") ? "another upgrade" : "command \(successor.key.command)"
    }

    private var cancelPiece: SessionDraft.Piece? { evidence.pieces.first { evidence[$0].kind == .cancel } }

    // MARK: - Doubts

    /// Why a success is not to be trusted; `nil` when nothing speaks against it.
    func doubt() -> FailureDiagnosis? {
        withoutDownload() ?? notConfirmed()
    }

    /// A success that the device claims, of an image that it never fetched where its downloads are to be seen.
    ///
    /// A gateway may have the image already, and what is encrypted nobody sees.
    private func withoutDownload() -> FailureDiagnosis? {
        guard standing.state != .confirmed, evidence.seesHTTP, evidence.draft.gatewayID == nil,
            evidence.draft.chunks.isEmpty, let url = offer?.url, url.lowercased().hasPrefix("http://"),
            let offeredAt = evidence.draft.machine.offeredAt,
            !evidence.isBlind(from: offeredAt, to: standing.endedAt)
        else { return nil }
        let answers = download.responses
        guard answers.allSatisfy({ $0.exchange.status != nil && $0.exchange.isError }) else { return nil }
        let status = answers.last?.exchange.status.map { "was answered with HTTP \($0) only" }
        return FailureDiagnosis(
            failure: .claimedSuccessWithoutDownload,
            source: .measured,
            text: "the device reported success, and the image \(status ?? "was never requested")",
            messageIDs: offerIDs + endingIDs,
            transferIDs: answers.map(\.id)
        )
    }

    private func notConfirmed() -> FailureDiagnosis? {
        guard standing.state == .unconfirmed, !evidence.isBlindForConfirmation else { return nil }
        let window = evidence.rules.timers.confirm.shown
        let draft = evidence.draft
        let report = evidence.pieces.last { evidence[$0].kind == .version }
        let text =
            if let other = draft.otherVersion {
                "the device reported success, then ran \(other), not the offered \(draft.toVersion ?? "version")"
            } else {
                "the device reported success, and no report of its version followed within \(window)"
            }
        return FailureDiagnosis(
            failure: .versionNotConfirmed,
            source: draft.otherVersion == nil ? .silence : .claimed,
            text: text,
            messageIDs: endingIDs + (report.map { [evidence[$0].id] } ?? [])
        )
    }
}

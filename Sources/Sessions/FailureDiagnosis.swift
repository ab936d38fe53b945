// Why a session failed: what was measured, else what was claimed, else what silence tells.

import Dialects
import Traffic

/// The cause of a failure, where it was read from, and the evidence: as one sentence, and by its ids in the store.
struct FailureDiagnosis: Hashable {
    var failure: FailureClass
    var source: Session.FailureSource
    var text: String
    var messageIDs: [Int64] = []
    var transferIDs: [Int64] = []
}

/// Finds the cause of a session that did not succeed, or the doubt about one that did.
struct FailureFinder {
    /// A cause that was measured, and the downloads that show it.
    struct Cause {
        var failure: FailureClass
        var text: String
        var transferIDs: [Int64] = []
    }

    let evidence: SessionEvidence
    let standing: Standing
    let download: MeasuredDownload
    let isDigestMatching: Bool?

    /// The cause of a failure; measured causes first, but for what the platform willed.
    func diagnosis() -> FailureDiagnosis {
        if let willed = willed() { return willed }
        if let cause = measured() {
            return FailureDiagnosis(
                failure: cause.failure,
                source: .measured,
                text: cause.text + ending,
                messageIDs: offerIDs + endingIDs,
                transferIDs: cause.transferIDs
            )
        }
        return claimed() ?? silence()
    }

    var offer: UpgradeEvent? { evidence.draft.offer }
    var endingEvent: UpgradeEvent? { evidence.draft.machine.endingEvent }

    /// The message of the offer that counts.
    var offerIDs: [Int64] { ids(of: .offer, at: evidence.draft.machine.offeredAt) }

    /// The message that ended the session, when the device told.
    var endingIDs: [Int64] {
        guard let event = endingEvent else { return [] }
        return ids(of: event.kind, at: event.recordedAt)
    }

    /// The session's last message but for reports of versions.
    var lastIDs: [Int64] {
        let last = evidence.pieces.last { evidence[$0].kind.isActivity }
        return last.map { [evidence[$0].id] } ?? []
    }

    func ids(of kind: UpgradeEvent.Kind, at time: Timestamp?) -> [Int64] {
        let piece = evidence.pieces.first { evidence[$0].kind == kind && evidence[$0].at == time }
        return piece.map { [evidence[$0].id] } ?? []
    }

    /// What followed the measured cause.
    private var ending: String {
        guard let event = endingEvent else {
            return standing.state == .expired ? ", and no result followed" : ""
        }
        switch event.kind {
        case .reject: return ", then the device refused" + code(of: event)
        case .result: return ", then the device reported" + code(of: event)
        default: return ""
        }
    }

    private func code(of event: UpgradeEvent) -> String {
        let said = [event.code, event.reason].compactMap(\.self).first { !$0.isEmpty }
        return said.map { " " + $0 } ?? (event.isOK == true ? " success" : " failure")
    }
}

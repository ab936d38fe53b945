// What anomaly finders look at, and the list of them. dialects.md §7.

import Dialects
import Traffic

/// A session's evidence with its figures: everything a finder may look at.
struct Findings {
    typealias Piece = SessionDraft.Piece

    let evidence: SessionEvidence
    let survey: EvidenceSurvey
    let silences: [Silence]
    let session: Session
    let download: MeasuredDownload

    /// The first landmark of a kind.
    func first(_ kind: UpgradeEvent.Kind) -> Piece? { evidence.first(kind, of: survey.landmarks) }

    /// All landmarks of a kind.
    func all(_ kind: UpgradeEvent.Kind) -> [Piece] { evidence.all(kind, of: survey.landmarks) }

    /// What a message says, apart from figures and times.
    func said(_ piece: Piece) -> UpgradeEvent { evidence.messages[piece.handle].statement.event }

    /// When a message was recorded.
    func at(_ piece: Piece) -> Timestamp { evidence.messages[piece.handle].at }

    /// Whether the absence of a kind of event tells anything.
    func isSeen(_ kind: UpgradeEvent.Kind) -> Bool { !evidence.rules.unseen.contains(kind) }

    /// Whether the device asked for the upgrade itself: it then does not answer the offer (dialects.md §3.5).
    var isPull: Bool { first(.poll) != nil }

    /// A finding that messages show; it stands at the time of the last of them.
    func anomaly(
        _ code: Anomaly.Code,
        _ severity: Anomaly.Severity,
        _ pieces: [Piece],
        at time: Timestamp? = nil,
        _ text: String
    ) -> Anomaly {
        let at = time ?? pieces.last.map { self.at($0) } ?? session.lastSeenAt
        let ids = pieces.prefix(16).map { evidence.messages[$0.handle].id }
        return Anomaly(code: code, severity: severity, at: at, text: text, messageIDs: ids)
    }

    /// A finding that downloads show.
    func anomaly(
        _ code: Anomaly.Code,
        _ severity: Anomaly.Severity,
        _ transfers: [TransferEvidence],
        _ text: String
    ) -> Anomaly {
        Anomaly(
            code: code,
            severity: severity,
            at: transfers.last?.span.end ?? session.lastSeenAt,
            text: text,
            transferIDs: transfers.prefix(16).map(\.id)
        )
    }
}

/// Finds anomalies of one kind or of a few that belong together; a pure function of a session's evidence.
protocol AnomalyFinder: SendableMetatype {
    static func anomalies(in findings: Findings) -> [Anomaly]
}

/// All finders, in the order of dialects.md §7.
enum AnomalyCatalogue {
    static let finders: [any AnomalyFinder.Type] = [
        NoAck.self, AnswerFindings.self, OfferFindings.self, EndFindings.self, ClaimedEndFindings.self,
        ProgressRegression.self, ProgressOver100.self, ProgressCourse.self, StallGap.self,
        ImageFindings.self, HashMismatchMeasured.self, FetchFindings.self, TruncatedFetch.self,
        HTTPErrorOnArtifact.self, ClaimMeasureFindings.self, ClockFindings.self, DeliveryFindings.self,
        InvalidPayload.self, OddMessageFindings.self, CredentialLeak.self, VersionFindings.self,
        RebootLoop.self, RetransmitStorm.self, ServerVerdictGap.self, MemoryLimit.self,
    ]

    /// Findings of one kind that a session holds at most.
    private static let limit = 16

    static func anomalies(in findings: Findings) -> [Anomaly] {
        var found: [Anomaly] = []
        for finder in finders { found += finder.anomalies(in: findings).prefix(limit) }
        guard found.count > 1 else { return found }
        return found.sorted { ($0.at, $0.code.rawValue) < ($1.at, $1.code.rawValue) }
    }
}

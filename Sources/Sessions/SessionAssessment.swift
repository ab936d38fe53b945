// Computes a session from its evidence. dialects.md §5.3, §5.6.

import Dialects
import Traffic

/// Computes states, ends, figures and findings as a pure function of the evidence.
struct SessionAssessment {
    let evidence: SessionEvidence
    private let standing: Standing
    private let download: MeasuredDownload

    init(_ evidence: SessionEvidence) {
        self.evidence = evidence
        standing = Standing(
            of: evidence.draft,
            ackDeadline: evidence.ackDeadline,
            rules: evidence.rules,
            horizon: evidence.horizon
        )
        download = MeasuredDownload(evidence.transfers)
    }

    /// The session.
    func session() -> Session {
        var session = Session(key: evidence.draft.key, firstSeenAt: evidence.draft.firstSeenAt)
        identify(&session)
        fillTimes(&session)
        fillClaims(&session)
        fillMeasurements(&session)
        judge(&session)
        let survey = EvidenceSurvey(evidence)
        let silences = Silence.all(in: evidence, of: session)
        session.facts = SessionFacts(session, evidence, survey, download)
        session.facts.fill(silences)
        let findings = Findings(
            evidence: evidence,
            survey: survey,
            silences: silences,
            session: session,
            download: download
        )
        session.facts.jumpCount = findings.jumps.count
        session.anomalies = AnomalyCatalogue.anomalies(in: findings)
        return session
    }

    private func identify(_ session: inout Session) {
        let draft = evidence.draft
        session.gatewayID = draft.gatewayID
        session.commandID = draft.commandID
        session.firmwareID = draft.firmwareID
        session.fromVersion = draft.fromVersion
        session.toVersion = draft.toVersion
        session.parent = evidence.parent?.key
        session.retryOf = draft.retryOf
        session.url = draft.offer?.url
        session.sizeBytes = draft.offer?.sizeBytes
        session.digest = draft.offer?.digest
        session.isAmbiguous = draft.isAmbiguous || evidence.isTransferAmbiguous
    }

    private func fillTimes(_ session: inout Session) {
        let machine = evidence.draft.machine
        session.offeredAt = machine.offeredAt
        session.acceptedAt = machine.acceptedAt
        session.firstProgressAt = machine.firstProgressAt
        session.lastProgressAt = machine.lastProgressAt
        session.confirmedAt = machine.confirmedAt
        session.resultAt = machine.endingEvent?.recordedAt
        let chunks = evidence.draft.chunks
        let spans = evidence.transfers.map(\.span)
        session.transferStartedAt = (spans.map(\.start) + [chunks.firstAt].compactMap(\.self)).min()
        session.transferEndedAt = (spans.map(\.end) + [chunks.lastAt].compactMap(\.self)).max()
        let times = evidence.pieces.lazy.map { evidence[$0].at }
        let starts = [times.min(), session.transferStartedAt].compactMap(\.self)
        session.firstSeenAt = starts.min() ?? session.firstSeenAt
        let ends = [times.max(), session.transferEndedAt].compactMap(\.self)
        session.lastSeenAt = ends.max() ?? session.firstSeenAt
        session.isHeadSeen = isHeadSeen
    }

    /// The beginning was recorded when nothing but a pull came long before the offer.
    ///
    /// A child whose gateway was offered the upgrade begins with that offer; where no recorder can see offers, a session
    /// begins with what can be seen.
    private var isHeadSeen: Bool {
        let isBegunElsewhere = evidence.parent?.offeredAt != nil || evidence.rules.unseen.contains(.offer)
        if evidence.draft.machine.offeredAt == nil, isBegunElsewhere { return true }
        guard let offeredAt = evidence.draft.machine.offeredAt else { return false }
        return evidence.pieces.allSatisfy { piece in
            evidence[piece].kind == .poll
                || offeredAt.duration(since: evidence[piece].at) <= Partition.mergeWindow
        }
    }

    private func fillClaims(_ session: inout Session) {
        session.claimedPercent =
            evidence.draft.machine.endingEvent?.percent.flatMap { $0.isFinite ? $0 : nil }
            ?? lastClaim { message in message.percent.flatMap { $0.isFinite ? $0 : nil } }
        session.claimedBytes = lastClaim(\.downloadedBytes)
        session.claimedTotalBytes = lastClaim(\.totalBytes)
        session.claimedBytesPerSecond = lastClaim { message in
            message.bytesPerSecond.flatMap { $0.isFinite ? $0 : nil }
        }
        if let end = evidence.draft.machine.endingEvent {
            session.claimedDuration = end.duration
            session.claimedCode = end.code
            session.claimedReason = end.reason
            session.claimsDigestVerified = end.isDigestVerified
            session.claimedFailure = end.isOK == true ? nil : end.claimedFailure
        }
        for piece in evidence.pieces {
            let isProgress = evidence[piece].kind == .progress
            session.progressCount += Int(evidence[piece].thinnedBefore) + (isProgress ? 1 : 0)
            session.copyCount += Int(evidence[piece].copyCount)
        }
        for handle in evidence.draft.duplicates {
            session.copyCount += Int(evidence.messages[handle].copyCount)
        }
        session.duplicateCount = evidence.draft.duplicates.count
    }

    /// What the last progress report that tells it at all tells.
    private func lastClaim<Claim>(_ claim: (MessageEvidence) -> Claim?) -> Claim? {
        for piece in evidence.progress.reversed() {
            if let told = claim(evidence[piece]) { return told }
        }
        return nil
    }

    private func fillMeasurements(_ session: inout Session) {
        session.transferCount = evidence.transfers.count
        let chunks = evidence.draft.chunks
        session.chunkCount = chunks.count
        guard !download.responses.isEmpty else {
            guard !chunks.isEmpty else { return }
            session.carrier = .mqtt
            session.measuredBytes = chunks.bytes
            session.measuredDuration = chunks.firstAt.flatMap { chunks.lastAt?.duration(since: $0) }
            return
        }
        session.carrier = .http
        session.measuredStatus = download.status
        session.measuredBytes = download.bytes
        session.measuredDuration = download.duration
        session.measuredSHA256 = download.image?.sha256
        session.measuredMD5 = download.image?.md5
        session.isDigestMatching = evidence.draft.offer?.digest.flatMap { download.image?.isMatching($0) }
    }

    private func judge(_ session: inout Session) {
        session.state = standing.state
        session.outcome = standing.outcome
        session.endedAt = standing.endedAt
        session.isTailSeen = standing.endedAt != nil
        let finder = FailureFinder(
            evidence: evidence,
            standing: standing,
            download: download,
            isDigestMatching: session.isDigestMatching
        )
        let diagnosis =
            switch standing.outcome {
            case .failed: finder.diagnosis()
            case .cancelled: finder.cancellation()
            case .superseded: finder.supersession()
            case .ok: finder.doubt()
            case .open, .unknown: nil as FailureDiagnosis?
            }
        guard let diagnosis else { return }
        if standing.outcome == .ok {
            session.doubt = diagnosis.failure
        } else {
            session.failureClass = diagnosis.failure
        }
        session.failureSource = diagnosis.source
        session.failureEvidence = diagnosis.text
        session.failureMessageIDs = diagnosis.messageIDs
        session.failureTransferIDs = diagnosis.transferIDs
    }
}

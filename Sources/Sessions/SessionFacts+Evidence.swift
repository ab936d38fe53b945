// Derives a session's facts from its evidence. dialects.md §5.6.

import Dialects
import Traffic

extension SessionFacts {
    /// The facts of a session whose times, claims and measurements are filled in.
    init(
        _ session: Session,
        _ evidence: SessionEvidence,
        _ survey: EvidenceSurvey,
        _ download: MeasuredDownload
    ) {
        fillTimes(session, evidence)
        fillProgress(session, survey.progress)
        supersededCount = Self.supersededCount(evidence)
        if !evidence.outages.isEmpty {
            let end = max(session.lastSeenAt, session.endedAt ?? session.lastSeenAt)
            let length = Outage.overlap(of: evidence.outages, from: session.firstSeenAt, to: end)
            outage = length > .zero ? length : nil
        }
        clockOffset = survey.clock.offset
        clockDrift = survey.clock.drift
        clockResolution = survey.clock.resolution
        guard !download.responses.isEmpty else { return }
        fillMeasurements(session, download)
        fillRatios(session, download)
    }

    private mutating func fillTimes(_ session: Session, _ evidence: SessionEvidence) {
        if let offered = session.offeredAt, let accepted = session.acceptedAt {
            ackLatency = accepted.duration(since: offered)
        }
        if let first = session.firstProgressAt, let start = session.acceptedAt ?? session.offeredAt {
            firstProgressDelay = first.duration(since: start)
        }
        if let first = session.firstProgressAt, let last = session.lastProgressAt {
            claimedTransfer = last.duration(since: first)
        }
        if let start = session.transferStartedAt, let end = session.transferEndedAt {
            measuredTransfer = end.duration(since: start)
        }
        guard let resultAt = session.resultAt else { return }
        if let confirmed = session.confirmedAt { confirmDelay = confirmed.duration(since: resultAt) }
        if let absence = evidence.neighbourhood.absences(from: resultAt, to: evidence.lastChange).first {
            rebootGap = absence.online.at.duration(since: absence.offline.at)
        }
    }

    private mutating func fillProgress(_ session: Session, _ progress: ProgressSurvey) {
        guard progress.count > 0 else { return }
        regressionCount = progress.fallCount
        regressionDepth = progress.fallCount > 0 ? progress.deepestFall : nil
        overshoot = progress.highest > 100 ? progress.highest - 100 : nil
        plateau = progress.level.flatMap { $0.count > 1 ? $0.length : nil }
        expectedProgressCount = progress.expectedCount(of: session.claimedTotalBytes ?? session.sizeBytes)
    }

    /// Takes the silences that were found.
    mutating func fill(_ silences: [Silence]) {
        stallCount = silences.count
        guard let longest = silences.map(\.length).max() else { return }
        stallTotal = silences.reduce(.zero) { $0 + $1.length }
        stallLongest = longest
    }

    private static func supersededCount(_ evidence: SessionEvidence) -> Int {
        guard evidence.neighbourhood.drafts.count > 1, let at = evidence.draft.machine.offeredAt else {
            return 0
        }
        return evidence.neighbourhood.drafts.count { other in
            other.machine.state == .superseded && other.machine.end?.at == at
                && other.key != evidence.draft.key
        }
    }

    private mutating func fillMeasurements(_ session: Session, _ download: MeasuredDownload) {
        let successes = download.responses.filter(\.exchange.isSuccess)
        contentLength = successes.last { $0.exchange.status == 200 }?.exchange.contentLength
        let seconds = successes.reduce(0.0) { $0 + ($1.transfer.duration?.seconds ?? 0) }
        if seconds > 0, download.bytes > 0 { goodput = Double(download.bytes) / seconds }
    }

    private mutating func fillRatios(_ session: Session, _ download: MeasuredDownload) {
        if let claimed = session.claimedBytes, download.bytes > 0, !download.isEncoded {
            bytesRatio = Double(claimed) / Double(download.wholeBytes ?? download.bytes)
        }
        guard download.responses.count == 1 else { return }
        if let claimed = session.claimedBytesPerSecond, let goodput, goodput > 0 {
            rateRatio = claimed / goodput
        }
        if let claimed = session.claimedDuration, let measuredTransfer, measuredTransfer > .zero {
            durationRatio = claimed.seconds / measuredTransfer.seconds
        }
    }
}

// dialects.md §7, 30 and 31.

import Dialects
import Traffic

/// Claimed speed or duration is not what was measured.
enum ClaimMeasureFindings: AnomalyFinder {
    /// Downloads shorter than this are not measured well enough to contradict a claim.
    private static let leastTime = Duration.milliseconds(200)
    private static let leastDifference = Duration.seconds(1)

    static func anomalies(in findings: Findings) -> [Anomaly] {
        [speed(findings), duration(findings)].compactMap(\.self)
    }

    private static func speed(_ findings: Findings) -> Anomaly? {
        let facts = findings.session.facts
        guard let ratio = facts.rateRatio, case .off = facts.rateVerdict, let goodput = facts.goodput,
            let claimed = findings.session.claimedBytesPerSecond, let measured = findings.download.duration,
            measured >= leastTime
        else { return nil }
        let text =
            "claimed \(rounded(claimed)) bytes/s, measured \(rounded(goodput)): off ×\(ratio.shortened)"
            + hint(ratio, [(8, "bits for bytes"), (1_024, "KiB for bytes"), (1_000, "kB for bytes")])
        return anomaly(.speedClaimOff, text, findings)
    }

    private static func duration(_ findings: Findings) -> Anomaly? {
        guard let claimed = findings.session.claimedDuration else { return nil }
        let measured: Duration
        if findings.session.facts.durationRatio != nil, let transfer = findings.session.facts.measuredTransfer
        {
            measured = transfer
        } else if let start = findings.session.acceptedAt ?? findings.session.offeredAt,
            let end = findings.session.resultAt, claimed > end.duration(since: start)
        {
            // Without a download to measure, a claim can only be longer than all there was.
            measured = end.duration(since: start)
        } else {
            return nil
        }
        let difference = claimed > measured ? claimed - measured : measured - claimed
        let ratio = claimed.seconds / max(1e-6, measured.seconds)
        guard difference > leastDifference, ratio > 2 || ratio < 0.5 else { return nil }
        let text =
            "claimed \(claimed.shown), measured \(measured.shown): off ×\(ratio.shortened)"
            + hint(ratio, [(1_000, "a thousandth of the unit"), (1_000_000, "µs for s")])
        return anomaly(.durationClaimOff, text, findings)
    }

    private static func rounded(_ value: Double) -> String {
        value.magnitude < 1e15 ? Int64(value.rounded()).grouped : String(value)
    }

    /// Names the mistake that a factor points to, a fifth off at most.
    private static func hint(_ ratio: Double, _ mistakes: [(factor: Double, name: String)]) -> String {
        let turned = ratio < 1 ? 1 / max(ratio, 1e-12) : ratio
        let near = mistakes.first { (turned / $0.factor - 1).magnitude <= 0.2 }
        guard let near else { return "" }
        return ratio < 1 ? " (the reverse of \(near.name)?)" : " (\(near.name)?)"
    }

    private static func anomaly(_ code: Anomaly.Code, _ text: String, _ findings: Findings) -> Anomaly {
        var anomaly = findings.anomaly(code, .warning, findings.download.responses, text)
        let piece = code == .durationClaimOff ? findings.first(.result) : findings.evidence.progress.last
        anomaly.messageIDs = piece.map { [findings.evidence.messages[$0.handle].id] } ?? []
        return anomaly
    }
}

// dialects.md §7, 19, 21 and 22.

import Dialects
import Traffic

/// The claimed end does not fit what the device claimed before, or contradicts itself.
enum ClaimedEndFindings: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        guard let result = findings.first(.result), let isOK = findings.said(result).isOK else { return [] }
        let percent =
            findings.evidence.messages[result.handle].percent ?? findings.survey.progress.lastPercent
        return [
            percent.flatMap { compare($0, isOK, result, findings) },
            digestConflict(isOK, result, findings),
        ].compactMap(\.self)
    }

    private static func compare(
        _ percent: Double,
        _ isOK: Bool,
        _ result: Findings.Piece,
        _ findings: Findings
    ) -> Anomaly? {
        guard percent.isFinite else { return nil }
        let pieces = (findings.evidence.progress.last.map { [$0] } ?? []) + [result]
        if isOK, percent < 100 {
            let text = "success, though the last progress was \(percent.shown) %"
            return findings.anomaly(.successBelow100, .warning, pieces, text)
        }
        guard !isOK, (findings.survey.progress.lastPercent ?? percent) >= 100 else { return nil }
        let event = findings.said(result)
        let words = [event.code, event.reason].compactMap(\.self).filter { !$0.isEmpty }
        let reason = words.isEmpty ? "" : ": " + words.joined(separator: ": ")
        return findings.anomaly(.failureAfter100, .warning, pieces, "failed after 100 %" + reason)
    }

    private static func digestConflict(
        _ isOK: Bool,
        _ result: Findings.Piece,
        _ findings: Findings
    ) -> Anomaly? {
        guard let isVerified = findings.said(result).isDigestVerified, isVerified != isOK else { return nil }
        let text =
            isOK
            ? "success, though the device says it did not verify the digest"
            : "failure, though the device says the digest is right"
        return findings.anomaly(.hashClaimConflict, isOK ? .error : .warning, [result], text)
    }
}

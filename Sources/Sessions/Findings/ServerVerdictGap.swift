// dialects.md §7, 55.

import Dialects
import Traffic

/// The platform will judge this upgrade otherwise than the device: its rows are not on the wire, its rules are known.
enum ServerVerdictGap: AnomalyFinder {
    /// A device's clock off by more than this sorts its rows among the wrong ones.
    private static let skewLimit = Duration.seconds(60)

    static func anomalies(in findings: Findings) -> [Anomaly] {
        guard let platform = KnownPlatform(findings.session.key.dialect), platform.isStrict else { return [] }
        var pieces: [Findings.Piece] = []
        var reasons: [String] = []
        let result = findings.first(.result)
        if let result, let offered = findings.session.offeredAt, let deadline = platform.deadline,
            findings.at(result) > offered.advanced(by: deadline)
        {
            pieces.append(result)
            reasons.append("the result came after \(deadline.shown), when it had noted TIMEOUT")
        }
        if let cancel = findings.first(.cancel) {
            pieces.append(cancel)
            reasons.append("it notes CANCELED, which its judge does not know, and so comes to TIMEOUT")
        }
        if let dropped = dropped(findings) {
            pieces.append(dropped)
            reasons.append("its strict reader drops the result message")
        }
        if let result, let offset = findings.survey.clock.offset {
            let size = offset < .zero ? .zero - offset : offset
            if size > skewLimit {
                pieces.append(result)
                reasons.append("it sorts rows by the device's clock, which is off by \(size.shown)")
            }
        }
        guard !reasons.isEmpty else { return [] }
        let text =
            "the platform will probably judge otherwise than the device: " + reasons.joined(separator: "; ")
        return [findings.anomaly(.serverVerdictGap, .notice, pieces, text)]
    }

    /// A result that the platform cannot read: no zone in its time, or a number of another kind.
    private static func dropped(_ findings: Findings) -> Findings.Piece? {
        findings.survey.landmarks.first { piece in
            let event = findings.said(piece)
            if event.kind == .result { return event.oddities.contains(.badTimestamp) }
            return event.kind == .unknown && event.rule.hasSuffix("result")
        }
    }
}

// dialects.md §7, 34, 40 and 51.

import Dialects
import Traffic

/// Messages that could be read, and are odd.
enum OddMessageFindings: AnomalyFinder {
    private static let kinds:
        [(oddity: EventOddities, code: Anomaly.Code, severity: Anomaly.Severity, text: String)] =
            [
                (.badTimestamp, .badTimestamp, .warning, "the claimed time cannot be relied on"),
                (.unexpectedFields, .unexpectedFields, .warning, "fields that the definition does not know"),
                (
                    .identityMismatch, .topicIdentityMismatch, .warning,
                    "payload and topic name different ones"
                ),
            ]

    static func anomalies(in findings: Findings) -> [Anomaly] {
        guard !findings.survey.odd.isEmpty else { return [] }
        return kinds.compactMap { kind in
            let pieces = findings.survey.odd.filter { findings.said($0).oddities.contains(kind.oddity) }
            guard let first = pieces.first else { return nil }
            let words = findings.said(first).oddity ?? kind.text
            let rule = findings.said(first).rule
            return findings.anomaly(
                kind.code,
                kind.severity,
                pieces,
                at: findings.at(first),
                "\(rule): \(words)"
            )
        }
    }
}

// dialects.md §7, 39.

import Dialects
import Traffic

/// A message on one of the dialect's topics could not be read.
enum InvalidPayload: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        findings.all(.unknown).map { anomaly(for: findings.evidence[$0]) }
    }

    /// The finding about one message, whether it belongs to a session or not.
    static func anomaly(for message: MessageEvidence) -> Anomaly {
        let reason = message.event.reason.map { ": \($0)" } ?? ""
        return Anomaly(
            code: .invalidPayload,
            severity: .warning,
            at: message.at,
            text: "payload of \(message.event.rule) cannot be read" + reason,
            messageIDs: [message.id]
        )
    }
}

// dialects.md §7, 41.

import Dialects
import Traffic

/// What the device says in words carries credentials: whole signed URLs, mostly (dialects.md §1.6).
enum CredentialLeak: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let leaks = findings.survey.landmarks.filter { piece in
            let kind = findings.evidence.messages[piece.handle].kind
            return kind.isFromDevice && isLeaking(findings.said(piece))
        }
        guard let first = leaks.first else { return [] }
        return [findings.anomaly(.credentialLeak, .warning, leaks, text(findings.said(first)))]
    }

    /// The finding about a message that belongs to no session; `nil` when it tells no credential.
    static func anomaly(for message: MessageEvidence) -> Anomaly? {
        let event = message.statement.event
        guard message.kind.isFromDevice, isLeaking(event) else { return nil }
        return Anomaly(
            code: .credentialLeak,
            severity: .warning,
            at: message.at,
            text: text(event),
            messageIDs: [message.id]
        )
    }

    private static func isLeaking(_ event: UpgradeEvent) -> Bool {
        guard let words = event.reason, !words.isEmpty else { return false }
        return Secrets.masked(words) != words
    }

    private static func text(_ event: UpgradeEvent) -> String {
        "the device's words carry credentials: " + Secrets.masked(event.reason ?? "").prefix(200)
    }
}

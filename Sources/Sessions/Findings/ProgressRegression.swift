// dialects.md §7, 12.

import Dialects
import Traffic

/// Claimed progress fell within one attempt.
enum ProgressRegression: AnomalyFinder {
    private struct Fall {
        var message: MessageEvidence
        var previous: MessageEvidence
        var text: String
    }

    static func anomalies(in findings: Findings) -> [Anomaly] {
        let evidence = findings.evidence
        let falls = zip(evidence.progress, evidence.progress.dropFirst()).compactMap { before, after in
            fall(from: evidence[before], to: evidence[after])
        }
        guard let first = falls.first else { return [] }
        let times = falls.count == 1 ? "" : ", the first of \(falls.count) times"
        let anomaly = Anomaly(
            code: .progressRegression,
            severity: .warning,
            at: first.message.at,
            text: "progress fell " + first.text + times,
            messageIDs: [first.previous.id, first.message.id]
        )
        return [anomaly]
    }

    private static func fall(from previous: MessageEvidence, to next: MessageEvidence) -> Fall? {
        if let before = previous.percent, let after = next.percent, after < before {
            let text = "from \(before.shown) % to \(after.shown) %"
            return Fall(message: next, previous: previous, text: text)
        }
        guard let before = previous.downloadedBytes, let after = next.downloadedBytes,
            after < before
        else { return nil }
        let text = "from \(before.grouped) to \(after.grouped) bytes"
        return Fall(message: next, previous: previous, text: text)
    }
}

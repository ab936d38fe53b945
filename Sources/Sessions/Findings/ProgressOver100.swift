// dialects.md §7, 13.

import Dialects
import Traffic

/// Claimed progress passed the whole.
enum ProgressOver100: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let evidence = findings.evidence
        let over = evidence.progress.filter { isOver(evidence[$0]) }
        guard let first = over.first.map({ evidence[$0] }) else { return [] }
        let highest = over.compactMap { evidence[$0].percent }.filter { $0 > 100 }.max()
        let text = highest.map { "progress up to \($0.shown) %" } ?? "more bytes claimed than the image has"
        let anomaly = Anomaly(
            code: .progressOver100,
            severity: .warning,
            at: first.at,
            text: text,
            messageIDs: [first.id]
        )
        return [anomaly]
    }

    private static func isOver(_ message: MessageEvidence) -> Bool {
        if let percent = message.percent, percent > 100 { return true }
        guard let bytes = message.downloadedBytes, let total = message.totalBytes, total > 0
        else {
            return false
        }
        return bytes > total
    }
}

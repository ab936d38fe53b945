// dialects.md §7, 13.

import Dialects
import Traffic

/// Claimed progress passed the whole.
enum ProgressOver100: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let over = findings.evidence.progress.map(\.message).filter(isOver)
        guard let first = over.first else { return [] }
        let highest = over.compactMap(\.percent).filter { $0 > 100 }.max()
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

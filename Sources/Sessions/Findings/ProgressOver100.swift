// dialects.md §7, 13.

import Dialects
import Traffic

/// Claimed progress passed the whole.
enum ProgressOver100: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let progress = findings.survey.progress
        guard let first = progress.over else { return [] }
        let text =
            progress.highest > 100
            ? "progress up to \(progress.highest.shown) %" : "more bytes claimed than the image has"
        return [findings.anomaly(.progressOver100, .warning, [first], text)]
    }
}

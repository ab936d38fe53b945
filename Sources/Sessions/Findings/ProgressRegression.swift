// dialects.md §7, 12.

import Dialects
import Traffic

/// Claimed progress fell within one attempt.
enum ProgressRegression: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let progress = findings.survey.progress
        guard let fall = progress.fall else { return [] }
        let messages = findings.evidence.messages
        let (before, after) = (messages[fall.before.handle], messages[fall.after.handle])
        let times = progress.fallCount == 1 ? "" : ", the first of \(progress.fallCount) times"
        let text = "progress fell " + Self.text(from: before, to: after) + times
        return [findings.anomaly(.progressRegression, .warning, [fall.before, fall.after], text)]
    }

    private static func text(from before: MessageEvidence, to after: MessageEvidence) -> String {
        if let old = before.percent, let new = after.percent, new < old {
            return "from \(old.shown) % to \(new.shown) %"
        }
        return
            "from \((before.downloadedBytes ?? 0).grouped) to \((after.downloadedBytes ?? 0).grouped) bytes"
    }
}

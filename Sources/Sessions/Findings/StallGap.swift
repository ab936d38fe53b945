// dialects.md §7, 17.

import Traffic

/// Nothing was heard of the session for longer than the stall window, then it went on.
enum StallGap: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let found = findings.silences
        guard let longest = found.max(by: { $0.length < $1.length }) else { return [] }
        let total = found.reduce(Duration.zero) { $0 + $1.length }
        let text =
            found.count == 1
            ? "silence of \(longest.length.shown)"
            : "\(found.count) silences of \(total.shown) together, the longest \(longest.length.shown)"
        return [Anomaly(code: .stallGap, severity: .warning, at: longest.start, text: text)]
    }
}

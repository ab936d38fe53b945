// dialects.md §7, 28.

import Dialects
import Traffic

/// The image was answered with an error, or not at all.
enum HTTPErrorOnArtifact: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let patience = findings.evidence.rules.timers.stall
        let errors = findings.download.responses.filter { response in
            response.exchange.isError && !response.exchange.isWaitCutOff(before: patience)
        }
        return errors.map { response in
            let exchange = response.exchange
            let answer = exchange.status.map { "HTTP \($0)" } ?? "no HTTP response"
            return Anomaly(
                code: .httpError,
                severity: findings.session.outcome == .ok ? .warning : .error,
                at: response.span.end,
                text: "\(answer) for \(exchange.shownPath)",
                transferIDs: [response.id]
            )
        }
    }
}

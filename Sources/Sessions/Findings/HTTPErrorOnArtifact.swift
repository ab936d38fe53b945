// dialects.md §7, 28.

import Traffic

/// The image was answered with an error, or not at all.
enum HTTPErrorOnArtifact: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        findings.download.responses.filter(\.exchange.isError).map { response in
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

// dialects.md §7, 27.

import Traffic

/// A download ended before all of its body had come.
enum TruncatedFetch: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        findings.download.responses.filter(\.exchange.isCutShort).map { response in
            let exchange = response.exchange
            let total = exchange.contentLength.map { " of \($0.grouped)" } ?? ""
            let how = exchange.end == .reset ? "reset" : "closed"
            return Anomaly(
                code: .truncatedFetch,
                severity: findings.session.outcome == .ok ? .notice : .warning,
                at: response.span.end,
                text: "connection \(how) at \(exchange.bodyBytes.grouped)\(total) bytes",
                transferIDs: [response.id]
            )
        }
    }
}

// What anomaly finders look at, and the list of them. dialects.md §7.

import Traffic

/// A session's evidence with its figures: everything a finder may look at.
struct Findings {
    let evidence: SessionEvidence
    let session: Session
    let download: MeasuredDownload
}

/// Finds one kind of anomaly; a pure function of a session's evidence.
protocol AnomalyFinder: SendableMetatype {
    static func anomalies(in findings: Findings) -> [Anomaly]
}

/// All finders, in the order of dialects.md §7.
enum AnomalyCatalogue {
    static let finders: [any AnomalyFinder.Type] = [
        NoAck.self,
        ProgressRegression.self,
        ProgressOver100.self,
        StallGap.self,
        HashMismatchMeasured.self,
        TruncatedFetch.self,
        HTTPErrorOnArtifact.self,
        InvalidPayload.self,
        MemoryLimit.self,
    ]

    /// Findings of one kind that a session holds at most.
    private static let limit = 16

    static func anomalies(in findings: Findings) -> [Anomaly] {
        var found: [Anomaly] = []
        for finder in finders { found += finder.anomalies(in: findings).prefix(limit) }
        return found.sorted { ($0.at, $0.code.rawValue) < ($1.at, $1.code.rawValue) }
    }
}

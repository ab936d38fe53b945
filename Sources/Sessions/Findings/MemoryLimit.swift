// What the tracker's limits cut.

import Traffic

/// Evidence that the limits of memory kept from being looked at.
enum MemoryLimit: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let evidence = findings.evidence
        let after = evidence.pieces.filter { evidence[$0].isCourseLost }
        guard let first = after.first else { return [] }
        let thinned = after.reduce(0) { $0 + Int(evidence[$1].thinnedBefore) }
        let anomaly = Anomaly(
            code: .memoryLimit,
            severity: .notice,
            at: evidence[first].at,
            text: "\(thinned) progress reports were counted and not looked at: too many for one device"
        )
        return [anomaly]
    }

    /// The finding about a session that is let go before its end.
    static func anomaly(at time: Timestamp) -> Anomaly {
        Anomaly(
            code: .memoryLimit,
            severity: .warning,
            at: time,
            text: "not followed any further: too many devices or messages at once for the memory allowed"
        )
    }
}

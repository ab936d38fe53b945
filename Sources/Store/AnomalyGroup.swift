// Findings that have something in common, counted.

import Sessions
import Traffic

/// How many findings there are of one group, and one of them.
struct AnomalyGroup {
    static let columns = [
        "findings", "errors", "warnings", "notices", "sessions", "last_found", "example_session", "example",
    ]

    private(set) var count: Int64 = 0
    private var severities: [Anomaly.Severity: Int64] = [:]
    private var sessions: Set<Int64> = []
    private var newest: FoundAnomaly?

    /// Counts one more.
    mutating func add(_ found: FoundAnomaly) {
        count += 1
        severities[found.anomaly.severity, default: 0] += 1
        sessions.formUnion(found.sessionIDs)
        if let newest, newest.anomaly.at > found.anomaly.at { return }
        newest = found
    }

    /// In the order of `columns`.
    var values: [SQLValue] {
        [
            .integer(count), .integer(severities[.error] ?? 0), .integer(severities[.warning] ?? 0),
            .integer(severities[.notice] ?? 0), .integer(Int64(sessions.count)),
            newest.map { .text($0.anomaly.at.text(decimals: 3)) } ?? .null,
            newest?.sessionIDs.first.map { .integer($0) } ?? .null,
            newest.map { .text("\($0.anomaly.code.rawValue): \($0.anomaly.text)") } ?? .null,
        ]
    }
}

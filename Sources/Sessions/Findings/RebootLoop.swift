// dialects.md §7, 48.

import Traffic

/// The device came and went again and again after it had installed.
enum RebootLoop: AnomalyFinder {
    private static let leastCycles = 3

    static func anomalies(in findings: Findings) -> [Anomaly] {
        let neighbourhood = findings.evidence.neighbourhood
        guard neighbourhood.presences.count >= 2 * leastCycles else { return [] }
        let session = findings.session
        guard let start = session.resultAt ?? (session.state == .rebooting ? session.lastProgressAt : nil)
        else {
            return []
        }
        let absences = neighbourhood.absences(from: start, to: findings.evidence.lastChange)
        guard absences.count >= leastCycles, let first = absences.first, let last = absences.last else {
            return []
        }
        let span = last.online.at.duration(since: first.offline.at)
        return [
            Anomaly(
                code: .rebootLoop,
                severity: .error,
                at: last.online.at,
                text:
                    "went offline and came back \(absences.count) times within \(span.shown) after the install",
                messageIDs: Array(absences.flatMap { [$0.offline.id, $0.online.id] }.prefix(16))
            )
        ]
    }
}

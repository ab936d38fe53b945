// dialects.md §7, 53.

import Traffic

/// A gateway sends again and again what its targets miss.
enum RetransmitStorm: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let rounds = findings.survey.rounds
        let missing = rounds.missing.map { "; \($0.grouped) blocks still missing" } ?? ""
        if let piece = rounds.highestPiece, rounds.highest >= RoundSurvey.limit {
            let text = "round \(rounds.highest) of sending again what was missed\(missing)"
            return [findings.anomaly(.retransmitStorm, .warning, [piece], text)]
        }
        guard let piece = rounds.idlePiece else { return [] }
        let times = rounds.idleRounds == 1 ? "a round" : "\(rounds.idleRounds) rounds"
        return [findings.anomaly(.retransmitStorm, .warning, [piece], "\(times) without effect\(missing)")]
    }
}

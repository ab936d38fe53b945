// dialects.md §7, 1.

import Dialects
import Traffic

/// The offer got no accept, reject or progress within the ack window.
enum NoAck: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let evidence = findings.evidence
        guard let deadline = evidence.ackDeadline, evidence.horizon > deadline,
            let offer = evidence.pieces.first(where: { $0.kind == .offer })
        else { return [] }
        let answer = evidence.pieces.first { piece in
            [.accept, .reject, .progress, .result].contains(piece.kind)
        }
        if let answer, answer.message.at <= deadline { return [] }
        if let end = evidence.draft.machine.end, end.at <= deadline { return [] }
        let late =
            answer.map { "; it came after \($0.message.at.duration(since: offer.message.at).shown)" } ?? ""
        let anomaly = Anomaly(
            code: .noAck,
            severity: .warning,
            at: deadline,
            text: "no answer to the offer within \(evidence.ackWindow.shown)" + late,
            messageIDs: [offer.message.id]
        )
        return [anomaly]
    }
}

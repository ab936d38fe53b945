// dialects.md §7, 1.

import Dialects
import Traffic

/// The offer got no accept, reject or progress within the ack window.
enum NoAck: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let evidence = findings.evidence
        guard let deadline = evidence.ackDeadline, evidence.horizon > deadline, findings.isSeen(.accept),
            let offer = findings.first(.offer)
        else { return [] }
        let offeredAt = evidence[offer].at
        let word = findings.survey.landmarks.first { isAnswer(evidence.messages[$0.handle].kind) }
        let answer = [word.map { findings.at($0) }, findings.session.firstProgressAt].compactMap(\.self).min()
        if let answer, answer <= deadline { return [] }
        if evidence.isBlind(from: offeredAt, to: deadline) { return [] }
        if let end = evidence.draft.machine.end, end.at <= deadline { return [] }
        let late =
            answer.map { "; it came after \($0.duration(since: offeredAt).shown)" } ?? ""
        let anomaly = Anomaly(
            code: .noAck,
            severity: .warning,
            at: deadline,
            text: "no answer to the offer within \(evidence.ackWindow.shown)" + late,
            messageIDs: [evidence[offer].id]
        )
        return [anomaly]
    }

    private static func isAnswer(_ kind: UpgradeEvent.Kind) -> Bool {
        kind == .accept || kind == .reject || kind == .result
    }
}

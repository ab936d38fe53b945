// dialects.md §7, 2–4, 49 and 50.

import Dialects
import Traffic

/// How the device answered the offer: then silently, by progress only, without an offer, with a refusal, or by a
/// wrong id.
enum AnswerFindings: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        [
            silence(findings), progressWithoutAck(findings), orphan(findings), reject(findings),
            unknownReply(findings),
        ].compactMap(\.self)
    }

    /// Accepted, and then nothing within the stall window.
    private static func silence(_ findings: Findings) -> Anomaly? {
        let session = findings.session
        guard let acceptedAt = session.acceptedAt, findings.isSeen(.progress),
            let accept = findings.first(.accept)
        else { return nil }
        let window = findings.evidence.rules.timers.stall
        let deadline = acceptedAt.advanced(by: window)
        guard findings.evidence.horizon > deadline else { return nil }
        let signs = [
            session.firstProgressAt, session.transferStartedAt, session.resultAt, session.endedAt,
            findings.survey.hasChunks ? session.acceptedAt : nil,
        ]
        if signs.contains(where: { $0.map { $0 <= deadline } ?? false }) { return nil }
        let next = [session.firstProgressAt, session.transferStartedAt, session.resultAt].compactMap(\.self)
            .min()
        let after = next.map { "; the next sign came after \($0.duration(since: acceptedAt).shown)" } ?? ""
        return findings.anomaly(
            .ackThenSilence,
            .warning,
            [accept],
            at: deadline,
            "accepted, then no progress, result or request for \(window.shown)\(after)"
        )
    }

    private static func progressWithoutAck(_ findings: Findings) -> Anomaly? {
        let session = findings.session
        guard session.offeredAt != nil, let first = session.firstProgressAt, findings.isSeen(.accept),
            !findings.isPull, let progress = findings.evidence.progress.first
        else { return nil }
        if let accepted = session.acceptedAt, accepted <= first.advanced(by: Partition.mergeWindow) {
            return nil
        }
        let late =
            session.acceptedAt.map { "; the answer came \($0.duration(since: first).shown) later" } ?? ""
        return findings.anomaly(
            .progressWithoutAck,
            .notice,
            [progress],
            "progress without an answer to the offer before it\(late)"
        )
    }

    private static func orphan(_ findings: Findings) -> Anomaly? {
        guard findings.session.offeredAt == nil, findings.isSeen(.offer), !findings.survey.hasChunks,
            let piece = findings.first(.result) ?? findings.evidence.progress.first
        else { return nil }
        let what = findings.said(piece).kind == .result ? "a result" : "progress"
        return findings.anomaly(
            .orphanResult,
            .notice,
            [piece],
            "\(what) of an upgrade whose offer was not seen"
        )
    }

    private static func reject(_ findings: Findings) -> Anomaly? {
        guard let piece = findings.first(.reject) else { return nil }
        let event = findings.said(piece)
        let words = [event.code, event.reason].compactMap(\.self).filter { !$0.isEmpty }
        let text = words.isEmpty ? "refused without a code" : "refused with " + words.joined(separator: ": ")
        return findings.anomaly(.rejectCode, .warning, [piece], text)
    }

    /// An answer by an id that was not issued to this device, while another offer waits for its answer.
    private static func unknownReply(_ findings: Findings) -> Anomaly? {
        guard findings.session.offeredAt == nil, let id = findings.session.commandID,
            let piece = findings.first(.accept) ?? findings.first(.reject)
        else { return nil }
        let at = findings.at(piece)
        let timers = findings.evidence.rules.timers
        let waiting = findings.evidence.neighbourhood.drafts.first { other in
            guard let offered = other.machine.offeredAt, other.key != findings.evidence.draft.key else {
                return false
            }
            return offered <= at && at <= offered.advanced(by: timers.session)
        }
        guard let expected = waiting?.commandID else { return nil }
        return findings.anomaly(
            .replyIDUnknown,
            .warning,
            [piece],
            "answered with id \(id), which was not issued; the device had been offered \(expected)"
        )
    }
}

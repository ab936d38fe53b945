// dialects.md §7, 8–11, 18 and 20.

import Dialects
import Traffic

/// How the session ended: more than once, too late, or not at all.
enum EndFindings: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        results(findings)
            + [late(findings), afterEnd(findings), deadEnd(findings), noResult(findings)].compactMap(\.self)
    }

    private static func results(_ findings: Findings) -> [Anomaly] {
        let all = findings.all(.result).filter { !findings.said($0).isSoft }
        guard all.count > 1 else { return [] }
        let said = all.prefix(4).map { words(of: findings.said($0)) }.joined(separator: ", then ")
        let double = findings.anomaly(.doubleResult, .notice, all, "\(all.count) results: \(said)")
        let claims = all.compactMap { findings.said($0).isOK }
        guard claims.contains(true), claims.contains(false) else { return [double] }
        let text = "results contradict each other: \(said); the first counts"
        return [double, findings.anomaly(.conflictingResults, .error, all, text)]
    }

    private static func words(of event: UpgradeEvent) -> String {
        if let code = event.code, !code.isEmpty { return code }
        return event.isOK.map { $0 ? "success" : "failure" } ?? "no word of success"
    }

    /// A result after the platform's deadline, or after the analyzer had given the session up.
    private static func late(_ findings: Findings) -> Anomaly? {
        guard let result = findings.first(.result), let offered = findings.session.offeredAt else {
            return nil
        }
        let at = findings.at(result)
        if let limit = KnownPlatform(findings.session.key.dialect)?.deadline {
            guard at > offered.advanced(by: limit) else { return nil }
            let text =
                "the result came \(at.duration(since: offered).shown) after the offer; "
                + "the platform waits \(limit.shown)"
            return findings.anomaly(.resultAfterDeadline, .warning, [result], text)
        }
        let window = findings.evidence.rules.timers.session
        guard let silence = findings.silences.last(where: { $0.start.advanced(by: $0.length) == at }),
            silence.length > window
        else { return nil }
        let text =
            "the result came after a silence of \(silence.length.shown); a session waits \(window.shown)"
        return findings.anomaly(.resultAfterDeadline, .warning, [result], text)
    }

    private static func afterEnd(_ findings: Findings) -> Anomaly? {
        let answers = findings.survey.landmarks.filter { piece in
            let kind = findings.evidence.messages[piece.handle].kind
            return piece.isAfterEnd && (kind == .accept || kind == .reject)
        }
        let late = (findings.survey.lateProgress + answers)
            .sorted { (findings.at($0), $0.handle) < (findings.at($1), $1.handle) }
        guard let first = late.first else { return nil }
        let ended = findings.session.resultAt ?? findings.session.endedAt
        let after = ended.map { ", the first \(findings.at(first).duration(since: $0).shown) after it" } ?? ""
        let many = late.count == 1 ? "a message" : "\(late.count) messages"
        return findings.anomaly(
            .messageAfterEnd,
            .notice,
            late,
            at: findings.at(first),
            "\(many) after the end\(after)"
        )
    }

    private static func deadEnd(_ findings: Findings) -> Anomaly? {
        guard findings.session.state == .expired, findings.isSeen(.result),
            let last = findings.evidence.progress.last, let percent = findings.survey.progress.lastPercent,
            percent < 100, !findings.evidence.isBlind(from: findings.at(last), to: findings.session.endedAt)
        else { return nil }
        return findings.anomaly(
            .deadEnd,
            .warning,
            [last],
            "the last word was progress \(percent.shown) %, and the session expired"
        )
    }

    private static func noResult(_ findings: Findings) -> Anomaly? {
        guard let percent = findings.survey.progress.lastPercent, percent >= 100, findings.isSeen(.result),
            findings.evidence.draft.machine.end == nil, let last = findings.evidence.progress.last
        else { return nil }
        let window = findings.evidence.rules.timers.stall
        let deadline = findings.at(last).advanced(by: window)
        guard findings.evidence.horizon > deadline,
            !findings.evidence.isBlind(from: findings.at(last), to: deadline)
        else { return nil }
        let text = "progress came to \(percent.shown) %, and no result within \(window.shown)"
        return findings.anomaly(.wholeWithoutResult, .warning, [last], at: deadline, text)
    }
}

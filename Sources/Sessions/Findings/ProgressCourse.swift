// dialects.md §7, 14–16.

import Dialects
import Traffic

/// Claimed progress that is no percentage, that leaps, or that stands still.
enum ProgressCourse: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        guard findings.survey.progress.count > 0 else { return [] }
        return [invalid(findings), jump(findings), plateau(findings)].compactMap(\.self)
    }

    private static func invalid(_ findings: Findings) -> Anomaly? {
        let progress = findings.survey.progress
        guard let first = progress.invalid else { return nil }
        let value = findings.evidence.messages[first.handle].percent ?? .nan
        let times = progress.invalidCount == 1 ? "" : ", the first of \(progress.invalidCount)"
        let text = "progress of \(value.isFinite ? value.shown : String(value)) %\(times)"
        return findings.anomaly(.invalidPercent, .warning, [first], text)
    }

    private static func jump(_ findings: Findings) -> Anomaly? {
        let jumps = findings.jumps
        guard let first = jumps.first else { return nil }
        let messages = findings.evidence.messages
        let (before, after) = (messages[first.before.handle], messages[first.after.handle])
        let times = jumps.count == 1 ? "" : ", the first of \(jumps.count) leaps"
        let text =
            "progress leapt from \((before.percent ?? 0).shown) % to \((after.percent ?? 0).shown) % in "
            + "\(after.at.duration(since: before.at).shown)\(times)"
        return findings.anomaly(.progressJump, .notice, [first.before, first.after], text)
    }

    private static func plateau(_ findings: Findings) -> Anomaly? {
        guard let level = findings.survey.progress.plateau,
            level.length > findings.evidence.rules.timers.stall
        else { return nil }
        let text =
            "\(level.count) reports of \(level.percent.shown) % within \(level.length.shown), and no progress"
        return findings.anomaly(.plateau, .warning, [level.first, level.last], at: level.start, text)
    }
}

extension Findings {
    /// Leaps of claimed progress that neither bytes on the wire nor the time that passed explain.
    var jumps: [ProgressSurvey.Step] {
        survey.progress.jumps.filter { !isExplained($0) }
    }

    private func isExplained(_ step: ProgressSurvey.Step) -> Bool {
        let (before, after) = (evidence.messages[step.before.handle], evidence.messages[step.after.handle])
        guard let from = before.percent, let to = after.percent else { return true }
        if evidence.isBlind(from: before.at, to: after.at) { return true }
        if let start = session.firstProgressAt, let first = evidence.progress.first,
            let origin = evidence.messages[first.handle].percent, from > origin
        {
            let speed = (from - origin) / max(1e-9, before.at.duration(since: start).seconds)
            if speed * after.at.duration(since: before.at).seconds >= (to - from) / 2 { return true }
        }
        guard let size = download.wholeBytes ?? session.sizeBytes, size > 0 else { return false }
        let bytes = download.responses.reduce(0.0) { sum, response in
            sum + Double(response.bytes(at: after.at) - response.bytes(at: before.at))
        }
        return 100 * bytes / Double(size) >= (to - from) / 2
    }
}

private extension TransferEvidence {
    /// Body bytes that had come by a time, as the rate curve tells.
    func bytes(at time: Timestamp) -> Int64 {
        if time >= exchange.endedAt { return exchange.bodyBytes }
        let origin = exchange.respondedAt ?? exchange.requestedAt
        let offset = time.duration(since: origin)
        return transfer.samples.last { $0.offset <= offset }?.bytes ?? 0
    }
}

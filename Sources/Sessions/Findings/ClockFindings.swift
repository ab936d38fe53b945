// dialects.md §7, 32, 33 and 35.

import Dialects
import Traffic

/// The device's clock is off, stands still, or goes back.
enum ClockFindings: AnomalyFinder {
    private static let skewLimit = Duration.seconds(5)

    static func anomalies(in findings: Findings) -> [Anomaly] {
        let clock = findings.survey.clock
        guard clock.count > 0 else { return [] }
        if let constant = constant(clock, findings) { return [constant] }
        return [skew(clock, findings), backward(clock, findings)].compactMap(\.self)
    }

    private static func constant(_ clock: ClockSurvey, _ findings: Findings) -> Anomaly? {
        guard clock.isConstant else { return nil }
        if let piece = clock.unset, let claim = findings.evidence.messages[piece.handle].claimedAt {
            let text = "the device claims \(claim.text(decimals: 0)): its clock was never set"
            return findings.anomaly(.constantClock, .warning, [piece], text)
        }
        guard let run = clock.constant,
            let claim = findings.evidence.messages[run.after.handle].claimedAt
        else { return nil }
        let text =
            "\(clock.constantCount) messages within \(clock.constantLength.shown) claim one time, "
            + claim.text(decimals: 0)
        return findings.anomaly(.constantClock, .warning, [run.before, run.after], text)
    }

    private static func skew(_ clock: ClockSurvey, _ findings: Findings) -> Anomaly? {
        guard let offset = clock.offset else { return nil }
        let size = offset < .zero ? .zero - offset : offset
        guard size > skewLimit else { return nil }
        var text = "the device's clock is \(size.shown) \(offset < .zero ? "behind" : "ahead")"
        if let limit = KnownPlatform(findings.session.key.dialect)?.loginTolerance, size > limit {
            text += "; the platform refuses logins beyond \(limit.shown)"
        }
        let claiming = findings.evidence.pieces.first { piece in
            findings.evidence.messages[piece.handle].kind.isFromDevice
                && findings.evidence.messages[piece.handle].claimedAt != nil
        }
        return findings.anomaly(.clockSkew, .warning, claiming.map { [$0] } ?? [], text)
    }

    private static func backward(_ clock: ClockSurvey, _ findings: Findings) -> Anomaly? {
        guard let first = clock.decrease else { return nil }
        let by = Duration.nanoseconds(clock.largestDecrease)
        let times = clock.decreaseCount == 1 ? "" : ", the most of \(clock.decreaseCount) times"
        let text = "claimed time went back by \(by.shown)\(times), while recorded time went on"
        return findings.anomaly(.outOfOrder, .notice, [first.before, first.after], text)
    }
}

// dialects.md §7, 36–38.

import Dialects
import Traffic

/// How messages were delivered: again and again, with less assurance than declared, or out of the broker's memory.
enum DeliveryFindings: AnomalyFinder {
    /// Redeliveries below this count, or this share of messages, are nothing to look at.
    private static let leastCount = 3
    private static let leastShare = 0.05

    static func anomalies(in findings: Findings) -> [Anomaly] {
        [duplicates(findings), lowQoS(findings), retained(findings)].compactMap(\.self)
    }

    private static func duplicates(_ findings: Findings) -> Anomaly? {
        let evidence = findings.evidence
        let count = evidence.draft.duplicates.count
        guard count >= leastCount else { return nil }
        let total = evidence.pieces.count + count
        guard Double(count) >= leastShare * Double(total) else { return nil }
        let messages = evidence.draft.duplicates.prefix(16).map { evidence.messages[$0] }
        return Anomaly(
            code: .transportDuplicateRate,
            severity: .notice,
            at: messages.first?.at ?? findings.session.firstSeenAt,
            text: "\(count) of \(total) messages are redeliveries",
            messageIDs: messages.map(\.id)
        )
    }

    private static func lowQoS(_ findings: Findings) -> Anomaly? {
        guard let piece = findings.survey.belowQoS,
            let seen = findings.evidence.messages[piece.handle].publisherQoS
        else { return nil }
        let isUp = findings.said(piece).kind.isFromDevice
        let wanted = findings.evidence.rules.declaredQoS[isUp ? .up : .down]
        let count = findings.survey.belowQoSCount
        let many = count == 1 ? "a message" : "\(count) messages"
        let text =
            "\(many) published at QoS \(seen.rawValue)"
            + (wanted.map { ", the dialect declares QoS \($0.rawValue)" } ?? "")
        return findings.anomaly(.qosDowngrade, .notice, [piece], text)
    }

    private static func retained(_ findings: Findings) -> Anomaly? {
        let offers = findings.all(.offer).filter { findings.evidence.messages[$0.handle].isRetained }
        guard let offer = offers.first else { return nil }
        let text = "the offer is retained: every device that subscribes gets it again"
        return findings.anomaly(.retainedCommand, .warning, [offer], text)
    }
}

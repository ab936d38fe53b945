// dialects.md §7, 5–7, 42 and 46.

import Dialects
import Traffic

/// What is wrong with the offer, or with how often it was made.
enum OfferFindings: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        [
            duplicate(findings), ignored(findings), rerun(findings), plaintext(findings),
            notAnUpgrade(findings),
        ].compactMap(\.self)
    }

    private static func duplicate(_ findings: Findings) -> Anomaly? {
        let offers = findings.all(.offer).filter { !$0.isAfterEnd }
        guard offers.count > 1, let first = offers.first, let last = offers.last else { return nil }
        let span = findings.at(last).duration(since: findings.at(first))
        return findings.anomaly(
            .duplicateOffer,
            .notice,
            offers,
            "offered \(offers.count) times within \(span.shown) before it ended"
        )
    }

    /// Offered while another upgrade was under way, and never answered.
    private static func ignored(_ findings: Findings) -> Anomaly? {
        let evidence = findings.evidence
        guard evidence.draft.isBeside, !evidence.draft.machine.isAnswered, findings.isSeen(.accept),
            let deadline = evidence.ackDeadline, evidence.horizon > deadline,
            let offer = findings.first(.offer)
        else { return nil }
        let busy = evidence.neighbourhood.drafts.last { other in
            other.key != evidence.draft.key && other.firstSeenAt <= evidence.draft.firstSeenAt
                && !other.isDissolved && other.machine.lastActivityAt >= evidence.draft.firstSeenAt
        }
        let other = busy?.offer.flatMap { _ in busy?.pieces.first }
        let name = busy?.commandID.map { " (\($0))" } ?? ""
        return findings.anomaly(
            .ignoredOffer,
            .warning,
            [offer] + (other.map { [$0] } ?? []),
            at: deadline,
            "offered while another upgrade was under way\(name), and never answered"
        )
    }

    /// The device went through a command that it had ended before.
    private static func rerun(_ findings: Findings) -> Anomaly? {
        let session = findings.session
        guard session.key.attempt > 1, session.commandID != nil,
            let answer = findings.first(.accept) ?? findings.evidence.progress.first
        else { return nil }
        let results = findings.all(.result).prefix(1)
        return findings.anomaly(
            .rerunSameID,
            .notice,
            [answer] + results,
            "the device ran the same command again: run \(session.key.attempt)"
        )
    }

    /// Nothing keeps the image from being replaced on its way.
    private static func plaintext(_ findings: Findings) -> Anomaly? {
        guard let offer = findings.first(.offer), let url = findings.session.url else { return nil }
        var reasons: [String] = []
        if url.utf8.count >= 5, url.prefix(5).lowercased() == "http:" { reasons.append("plain http") }
        if let digest = findings.session.digest, !digest.hex.isEmpty {
            let isMD5 = digest.algorithm == "md5" || (digest.algorithm.isEmpty && digest.hex.utf8.count == 32)
            if isMD5 { reasons.append("an MD5 digest only") }
        } else {
            reasons.append("no digest")
        }
        guard !reasons.isEmpty else { return nil }
        return findings.anomaly(
            .plaintextArtifact,
            .notice,
            [offer],
            "the image is offered with " + reasons.joined(separator: " and ")
        )
    }

    private static func notAnUpgrade(_ findings: Findings) -> Anomaly? {
        guard let old = findings.session.fromVersion, let new = findings.session.toVersion,
            let offer = findings.first(.offer)
        else { return nil }
        if old == new {
            let text = "version \(new) is offered to a device that already reports it"
            return findings.anomaly(.notAnUpgrade, .warning, [offer], text)
        }
        guard let left = VersionNumber(old), let right = VersionNumber(new), right < left else { return nil }
        let text = "version \(new) is offered to a device that reports \(old): older, by their numbers"
        return findings.anomaly(.notAnUpgrade, .notice, [offer], text)
    }
}

// dialects.md §7, 25, 26 and 29.

import Dialects
import Traffic

/// Who fetched the image how often, and whether anybody did.
enum FetchFindings: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        if findings.evidence.transfers.isEmpty { return withoutFetch(findings).map { [$0] } ?? [] }
        return [repeated(findings), byOther(findings)].compactMap(\.self)
    }

    /// Only where HTTP is seen and the image was to come by plain HTTP, in a session seen from its offer on.
    private static func withoutFetch(_ findings: Findings) -> Anomaly? {
        guard findings.session.outcome == .ok, findings.evidence.seesHTTP, !findings.survey.hasChunks,
            findings.session.isHeadSeen, let url = findings.session.url,
            url.prefix(5).lowercased() == "http:",
            let result = findings.first(.result) ?? findings.first(.version),
            !findings.evidence.isBlind(from: findings.session.offeredAt, to: findings.at(result))
        else { return nil }
        let text = "success was claimed, and nobody asked for the image while HTTP was recorded"
        return findings.anomaly(.successWithoutFetch, .warning, [result], text)
    }

    private static func repeated(_ findings: Findings) -> Anomaly? {
        let whole = findings.download.responses.filter(\.exchange.isWholeImage)
        guard whole.count > 1 else { return nil }
        let bytes = whole.reduce(Int64(0)) { $0.addingSaturated($1.exchange.bodyBytes) }
        let text = "the whole image was fetched \(whole.count) times, \(bytes.grouped) bytes together"
        return findings.anomaly(.repeatedFetch, .notice, whole, text)
    }

    private static func byOther(_ findings: Findings) -> Anomaly? {
        let known = findings.evidence.neighbourhood.addresses
        guard !known.isEmpty else { return nil }
        let others = findings.download.responses.filter { !known.contains($0.exchange.client.address) }
        guard let first = others.first, let device = known.last else { return nil }
        let text = "fetched from \(first.exchange.client.address); the device speaks from \(device)"
        return findings.anomaly(.fetchByOtherClient, .warning, others, text)
    }
}

// dialects.md §7, 23.

import Dialects
import Traffic

/// The sizes that were offered, served, fetched and claimed are not the same.
enum ImageFindings: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let session = findings.session
        let download = findings.download
        var sizes: [(name: String, bytes: Int64)] = []
        if let size = session.sizeBytes { sizes.append(("offered", size)) }
        if !download.isEncoded {
            if let length = session.facts.contentLength { sizes.append(("Content-Length", length)) }
            if let whole = download.wholeBytes { sizes.append(("fetched", whole)) }
        }
        if let total = session.claimedTotalBytes, total > 0 { sizes.append(("claimed", total)) }
        guard let first = sizes.first, sizes.contains(where: { $0.bytes != first.bytes }) else { return [] }
        let text = sizes.map { "\($0.name) \($0.bytes.grouped)" }.joined(separator: ", ") + " bytes"
        var anomaly = findings.anomaly(
            .sizeMismatch,
            session.outcome == .ok ? .warning : .error,
            download.responses,
            "the sizes differ: \(text)"
        )
        let offer = findings.first(.offer)
        anomaly.messageIDs = [offer, findings.evidence.progress.last].compactMap { $0 }.map {
            findings.evidence.messages[$0.handle].id
        }
        return [anomaly]
    }
}

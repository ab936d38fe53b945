// What an event says, in a few words for people.

import Dialects
import Reports
import Traffic

enum EventWords {
    /// The particulars of an event; captured text stays as it was and is escaped where it is shown.
    static func text(of event: UpgradeEvent) -> String {
        let words: [String?] =
            switch event.kind {
            case .offer: offer(event)
            case .progress: progress(event)
            case .result, .accept, .reject, .noUpdate: result(event)
            case .poll: [event.currentVersion.map { "runs \($0)" }, event.version.map { "asks for \($0)" }]
            case .version: [event.version.map { "runs \($0)" }]
            case .chunk:
                [event.chunkIndex.map { "chunk \($0)" }, event.chunkBytes.map { "\($0) B" }]
            case .cancel, .cancelAck, .versionQuery, .presence, .log, .unknown: [event.code, event.reason]
            }
        return words.compactMap(\.self).joined(separator: ", ")
    }

    private static func offer(_ event: UpgradeEvent) -> [String?] {
        [
            event.version.map { "version \($0)" },
            event.sizeBytes.map { "\($0) B" },
            event.digest.map { "\($0.algorithm) \($0.hex.prefix(12))…" },
            event.url.map(URLText.path(of:)),
        ]
    }

    private static func progress(_ event: UpgradeEvent) -> [String?] {
        [
            event.percent.map { "\(number($0)) %" },
            event.downloadedBytes.map { bytes in
                event.totalBytes.map { "\(bytes) of \($0) B" } ?? "\(bytes) B"
            },
            event.bytesPerSecond.map { "claims \(Figures.rate($0))" },
            event.phase,
        ]
    }

    private static func result(_ event: UpgradeEvent) -> [String?] {
        [
            event.code,
            event.isOK.map { $0 ? "ok" : "not ok" },
            event.reason,
            event.isDigestVerified.map { $0 ? "claims digest verified" : "digest not verified" },
            event.duration.map { "claims \(Figures.duration($0))" },
        ]
    }

    private static func number(_ percent: Double) -> String {
        Int64(exactly: percent).map(String.init) ?? "\(percent)"
    }
}

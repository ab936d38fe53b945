// Whole flows of both dialects, for transcripts.

import Dialects
import Sessions
import Traffic

extension Transcript {
    static let url = "http://fw.example/fw/x.bin?Signature=s1"
    static let sha = String(repeating: "9f86d081", count: 8)
    static let otherSHA = String(repeating: "ab389682", count: 8)
    static let digest = DeclaredDigest(algorithm: "sha256", hex: sha, verbatim: "sha256:" + sha)

    /// An offer with everything in it.
    mutating func offer(
        at seconds: Double,
        id: String? = "c1",
        version: String? = "2.0",
        firmware: String? = nil,
        url: String? = Transcript.url,
        size: Int64? = 1_000,
        digest: DeclaredDigest? = Transcript.digest,
        said: String? = nil,
        qos: QoS = .atMostOnce,
        claimed: Double? = nil,
        isRedelivery: Bool = false,
        views: [View]? = nil,
        _ fill: (inout UpgradeEvent) -> Void = { _ in }
    ) {
        say(.offer, at: seconds, id: id, said: said, qos: qos, isRedelivery: isRedelivery, views: views) {
            $0.version = version
            $0.firmwareID = firmware
            $0.url = url
            $0.sizeBytes = size
            $0.digest = digest
            $0.claimedAt = claimed.map(Self.at)
            fill(&$0)
        }
    }

    mutating func accept(at seconds: Double, id: String? = "c1", views: [View]? = nil) {
        say(.accept, at: seconds, id: id, views: views)
    }

    mutating func progress(
        at seconds: Double,
        _ percent: Double,
        id: String? = "c1",
        version: String? = nil,
        firmware: String? = nil,
        _ fill: (inout UpgradeEvent) -> Void = { _ in }
    ) {
        say(.progress, at: seconds, id: id) {
            $0.percent = percent
            $0.version = version
            $0.firmwareID = firmware
            fill(&$0)
        }
    }

    mutating func result(
        at seconds: Double,
        ok: Bool?,
        id: String? = "c1",
        code: String? = nil,
        reason: String? = nil,
        claims: FailureClass? = nil,
        isSoft: Bool = false,
        version: String? = nil,
        firmware: String? = nil
    ) {
        say(.result, at: seconds, id: id) {
            $0.isOK = ok
            $0.code = code
            $0.reason = reason
            $0.claimedFailure = claims
            $0.isSoft = isSoft
            $0.version = version
            $0.firmwareID = firmware
        }
    }

    mutating func version(at seconds: Double, _ version: String) {
        say(.version, at: seconds) { $0.version = version }
    }

    /// The image as offered, downloaded whole.
    mutating func fetchWhole(from start: Double = 0.2, to end: Double = 1.8, url: String = Transcript.url) {
        fetch(url, from: start, to: end, bytes: 1_000, sha256: Self.sha)
    }

    /// Dialect A from offer to success (dialects.md §1.4): the last percentage comes twice.
    static func successA() -> Transcript {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.fetchWhole()
        transcript.progress(at: 1, 50) {
            $0.downloadedBytes = 500; $0.totalBytes = 1_000
        }
        transcript.progress(at: 1.8, 100) {
            $0.downloadedBytes = 1_000; $0.totalBytes = 1_000
        }
        transcript.progress(at: 1.9, 100) {
            $0.downloadedBytes = 1_000; $0.totalBytes = 1_000
        }
        transcript.result(at: 2, ok: true, code: "SUCCESS")
        return transcript
    }

    /// Dialect B from offer to the confirming version report; progress carries no message id.
    static func successB() -> Transcript {
        var transcript = Transcript("B")
        transcript.product = "p"
        transcript.version(at: -60, "1.0")
        transcript.offer(at: 0, id: "m1", firmware: "f1")
        transcript.accept(at: 0.1, id: "m1")
        transcript.fetchWhole()
        transcript.progress(at: 1, 50, id: nil, version: "2.0", firmware: "f1")
        transcript.say(.result, at: 2) {
            $0.isOK = true
            $0.percent = 100
            $0.version = "2.0"
            $0.firmwareID = "f1"
        }
        transcript.version(at: 20, "2.0")
        return transcript
    }
}

extension Session {
    /// The findings that are more than notices.
    var worries: [Anomaly] { anomalies.filter { $0.severity > .notice } }
}

/// The findings of one kind in the sessions of a transcript.
func found(_ code: Anomaly.Code, in transcript: Transcript, until end: Double? = nil) -> [Anomaly] {
    transcript.sessions(until: end).flatMap(\.anomalies).filter { $0.code == code }
}

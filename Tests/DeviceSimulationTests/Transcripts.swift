// Inputs and short forms for transcripts of device machines.

import Dialects
import Traffic

@testable import DeviceSimulation

/// A time `seconds` after the start of a transcript.
func at(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_700_000_000_000_000_000).advanced(by: .seconds(seconds))
}

/// The digests of the body in every transcript.
let bodySHA256 = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
let bodyMD5 = "900150983cd24fb0d6963f7d28e17f72"

let url = "http://127.0.0.1:8080/fw.bin?Signature=s3cret"

extension DownloadEnd {
    /// The end of a body whose digests are the transcript's.
    static let whole = DownloadEnd.complete(sha256: bodySHA256, md5: bodyMD5)
}

extension DeclaredDigest {
    init(_ verbatim: String, algorithm: String = "") {
        self.init(algorithm: algorithm, hex: verbatim.lowercased(), verbatim: verbatim)
    }
}

extension DeviceAction {
    /// The published event, if it is one.
    var published: UpgradeEvent? {
        if case .publish(let event) = self { event } else { nil }
    }

    /// One line for a transcript.
    var line: String {
        switch self {
        case .download(let order): return "download \(order.url) \(order.socketTimeout)"
        case .abandonDownload: return "abandon"
        case .publish(let event):
            let parts: [String?] = [
                event.kind.rawValue,
                event.commandID,
                event.code,
                event.percent.map { "\(Int($0))%" },
                event.downloadedBytes.map { "\($0)/\(event.totalBytes ?? -1)" },
                event.isOK.map { $0 ? "ok" : "not ok" },
                event.version,
                event.reason,
            ]
            return parts.compactMap { $0 }.joined(separator: " ")
        }
    }
}

extension [DeviceAction] {
    var lines: [String] { map(\.line) }
}

// dialects.md §7, 24.

import Dialects
import Traffic

/// The recorder's digest of the image is not the offered one.
enum HashMismatchMeasured: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        guard findings.session.isDigestMatching == false, let image = findings.download.image,
            let declared = findings.session.digest, let measured = image.digest(like: declared)
        else { return [] }
        let anomaly = Anomaly(
            code: .hashMismatchMeasured,
            severity: .error,
            at: image.endedAt,
            text: "the image's digest is \(measured), offered was \(declared.hex)",
            transferIDs: image.transferIDs
        )
        return [anomaly]
    }
}

// dialects.md §7, 24.

import Dialects
import Traffic

/// The recorder's digest of the image is not the offered one.
enum HashMismatchMeasured: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        guard findings.session.isDigestMatching == false, let whole = findings.download.whole,
            let declared = findings.session.digest,
            let measured = MeasuredDownload.digest(of: whole.transfer, like: declared)
        else { return [] }
        let anomaly = Anomaly(
            code: .hashMismatchMeasured,
            severity: .error,
            at: whole.span.end,
            text: "the image's digest is \(measured), offered was \(declared.hex)",
            transferIDs: [whole.id]
        )
        return [anomaly]
    }
}

// How large the recorded image was, as far as the recording tells.

import Sessions
import Traffic

/// The size of the recorded image.
struct ImageSize: Hashable {
    /// Bytes of the whole image.
    var byteCount: Int64
    /// Whether a whole body was seen.
    var isMeasured: Bool

    /// Takes the size from the best evidence: a whole body, a response's word, the offer's word, the device's.
    init(of trace: SessionTrace) {
        let exchanges = trace.transfers.map(\.exchange).filter(\.isSuccess)
        if let whole = exchanges.last(where: { $0.end == .complete }) {
            self.init(byteCount: max(0, whole.wholeByteCount ?? whole.bodyBytes), isMeasured: true)
            return
        }
        let session = trace.session
        let seen = exchanges.map { max(0, $0.bodyBytes) }.max() ?? 0
        let stated = exchanges.lazy.compactMap(\.wholeByteCount).last
        let told = stated ?? session.sizeBytes ?? session.claimedTotalBytes ?? 0
        let byteCount = max(seen, min(told, ImageRelation.largestUnmeasured))
        self.init(byteCount: byteCount > 0 ? byteCount : ImageRelation.fallbackByteCount, isMeasured: false)
    }

    private init(byteCount: Int64, isMeasured: Bool) {
        self.byteCount = byteCount
        self.isMeasured = isMeasured
    }
}

extension Exchange {
    /// Whether the response carried the image or a part of it.
    var isSuccess: Bool { status == 200 || status == 206 }

    /// Whether the body ended before its time.
    var isCut: Bool { end == .truncated || end == .reset }

    /// Whether the response sent the device elsewhere.
    var isRedirect: Bool { status.map { [301, 302, 303, 307, 308].contains($0) } ?? false }

    /// Size of the whole image as the response states it: the total of Content-Range, or Content-Length.
    var wholeByteCount: Int64? {
        if status == 206, let contentRange, let slash = contentRange.lastIndex(of: "/") {
            return Int64(contentRange[contentRange.index(after: slash)...]).flatMap { $0 >= 0 ? $0 : nil }
        }
        guard status == 200, let contentLength, contentLength >= 0 else { return nil }
        return contentLength
    }
}

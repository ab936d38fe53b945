// Silences within a download, read from its rate curve.

import Traffic

/// The silences of one download.
struct BodySilence: Hashable {
    /// The longest silence between two bytes.
    let longest: Duration
    /// Silence from the last body byte to the end of the exchange.
    let atEnd: Duration
    /// Body bytes that had come when the longest silence began.
    let bytesBefore: Int64
    /// When the longest silence began.
    let since: Timestamp

    init(_ transfer: Transfer) {
        let exchange = transfer.exchange
        let origin = exchange.respondedAt ?? exchange.requestedAt
        var longest = origin.duration(since: exchange.requestedAt)
        var since = exchange.requestedAt
        var bytesBefore: Int64 = 0
        var last = Transfer.Sample(offset: .zero, bytes: 0)
        for sample in transfer.samples {
            if sample.offset - last.offset > longest {
                (longest, since, bytesBefore) = (
                    sample.offset - last.offset, origin.advanced(by: last.offset), last.bytes
                )
            }
            last = sample
        }
        let isUntold = transfer.samples.isEmpty && exchange.bodyBytes > 0
        let lastByteAt = isUntold ? exchange.endedAt : origin.advanced(by: last.offset)
        atEnd = max(.zero, exchange.endedAt.duration(since: lastByteAt))
        if atEnd > longest { (longest, since, bytesBefore) = (atEnd, lastByteAt, last.bytes) }
        self.longest = longest
        self.since = since
        self.bytesBefore = bytesBefore
    }

    /// The least distance between points that a thinned curve still tells (see `RateCurve`).
    static func resolution(of transfer: Transfer) -> Duration {
        guard transfer.samples.count >= RateCurve.limit / 2, let last = transfer.samples.last else {
            return .zero
        }
        return last.offset / (RateCurve.limit / 8)
    }
}

// Cuts a body into the pieces that are sent at one due time each.

import Traffic

/// The pieces of a body: they end at the points of its curve and are never larger than `Delivery.segmentLimit`.
///
/// Points that do not ascend, or lie beyond the body, cost nothing.
struct Segments: Sequence, IteratorProtocol, Sendable {
    private let points: [Transfer.Sample]
    private let byteCount: Int64
    private var position: Int64 = 0
    private var nextPoint = 0

    init(points: [Transfer.Sample], byteCount: Int64) {
        self.points = points
        self.byteCount = byteCount
    }

    /// The next piece, as a range of body bytes.
    mutating func next() -> Range<Int64>? {
        guard position < byteCount else { return nil }
        while nextPoint < points.count, points[nextPoint].bytes <= position { nextPoint += 1 }
        let mark = nextPoint < points.count ? points[nextPoint].bytes : byteCount
        let end = position + Swift.min(mark - position, byteCount - position, Delivery.segmentLimit)
        defer { position = end }
        return position..<end
    }
}

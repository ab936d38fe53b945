// Collects a transfer's bytes over time in bounded memory.

/// Builds the samples of a transfer: cumulative bytes over time, thinned so that memory stays bounded.
///
/// While there is room every arrival is a point; when the limit is reached every second point is dropped and the
/// smallest distance between points doubles. First and last points are always kept.
public struct RateCurve: Sendable {
    /// Largest number of points a curve holds.
    public static let limit = 512

    private let limit: Int
    private var points: [Transfer.Sample] = []
    private var spacing: Duration = .zero
    private var origin: Timestamp?
    private var bytes: Int64 = 0

    /// An empty curve of at most `limit` points; of at least four, and at most `RateCurve.limit`.
    public init(limit: Int = RateCurve.limit) {
        self.limit = min(max(4, limit), Self.limit)
    }

    /// Adds bytes that arrived at `timestamp`; the first call fixes the curve's origin.
    public mutating func receive(byteCount: Int, at timestamp: Timestamp) {
        let start = origin ?? timestamp
        origin = start
        bytes += Int64(byteCount)
        let point = Transfer.Sample(offset: timestamp.duration(since: start), bytes: bytes)
        // The last point moves along with the newest bytes until it is far enough from its neighbour.
        if points.count > 1, points[points.count - 1].offset - points[points.count - 2].offset < spacing {
            points[points.count - 1] = point
            return
        }
        points.append(point)
        if points.count == limit { thin() }
    }

    /// The points so far, ascending in time and bytes.
    public var samples: [Transfer.Sample] { points }

    private mutating func thin() {
        let last = points[points.count - 1]
        points = stride(from: 0, to: points.count - 1, by: 2).map { points[$0] } + [last]
        spacing = last.offset / (limit / 2)
    }
}

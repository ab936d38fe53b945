// The network conditions a download met, as something that can be met again.

/// How a download went, in a form a firmware host can play back: delays, bytes over time, status and cut.
public struct NetworkCurve: Hashable, Sendable {
    /// What ends a body before its declared length.
    public enum Cut: String, Hashable, Sendable, CaseIterable {
        /// The connection is closed in order (FIN).
        case close
        /// The connection is reset (RST).
        case reset
        /// Nothing more is sent and the connection stays open until the client leaves.
        case stall
    }

    /// Status code of the response; `nil` when the request was never answered.
    public var status: Int?
    /// From the request to the first byte of the response.
    public var headDelay: Duration
    /// Cumulative body bytes over the time since the response's first byte; empty means as fast as possible.
    public var points: [Transfer.Sample]
    /// Body byte after which the transfer was cut, and how; `nil` when it ran to its end.
    public var cutAfter: Int64?
    /// How it was cut; only read when `cutAfter` is set.
    public var cut: Cut
    /// Whether the points were measured, or estimated from what the device claimed.
    public var isEstimated: Bool

    /// A curve from its parts.
    public init(
        status: Int? = 200,
        headDelay: Duration = .zero,
        points: [Transfer.Sample] = [],
        cutAfter: Int64? = nil,
        cut: Cut = .close,
        isEstimated: Bool = false
    ) {
        self.status = status
        self.headDelay = headDelay
        self.points = points
        self.cutAfter = cutAfter
        self.cut = cut
        self.isEstimated = isEstimated
    }

    /// A network without limits: status 200, no delay, no cut.
    public static let unlimited = NetworkCurve()

    /// A constant rate for a body of `byteCount` bytes, one point every `step`.
    public static func constant(bytesPerSecond: Int64, byteCount: Int64, step: Duration = .milliseconds(20))
        -> NetworkCurve
    {
        guard bytesPerSecond > 0, byteCount > 0 else { return .unlimited }
        let stepBytes = max(1, Int64(Double(bytesPerSecond) * step.seconds))
        let count = (byteCount + stepBytes - 1) / stepBytes
        let points = (1...count).map { index in
            Transfer.Sample(offset: step * Int(index), bytes: min(byteCount, index * stepBytes))
        }
        return NetworkCurve(points: points)
    }

    /// The curve that a measured transfer met.
    public init(of transfer: Transfer) {
        let exchange = transfer.exchange
        self.init(status: exchange.status, points: transfer.samples)
        if let respondedAt = exchange.respondedAt {
            headDelay = max(.zero, respondedAt.duration(since: exchange.requestedAt))
        }
        if exchange.end == .truncated || exchange.end == .reset {
            cutAfter = exchange.bodyBytes
            cut = exchange.end == .reset ? .reset : .close
        }
    }

    /// The same conditions, `factor` times as fast (2 halves every delay); 0 removes every delay.
    public func sped(up factor: Double) -> NetworkCurve {
        var curve = self
        guard factor > 0 else {
            curve.headDelay = .zero
            curve.points = []
            return curve
        }
        curve.headDelay = headDelay / factor
        curve.points = points.map { Transfer.Sample(offset: $0.offset / factor, bytes: $0.bytes) }
        return curve
    }

    /// When body byte number `bytes` was due, since the response's first byte.
    public func due(forBytes bytes: Int64) -> Duration {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].bytes < bytes { low = middle + 1 } else { high = middle }
        }
        return low < points.count ? points[low].offset : points.last?.offset ?? .zero
    }
}

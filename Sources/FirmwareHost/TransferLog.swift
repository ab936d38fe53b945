// Keeps what is to be said of one served exchange.

import Digests
import Traffic

/// Measures one exchange while it is served: times, bytes, digests, rate curve.
struct TransferLog: Sendable {
    private var exchange: Exchange
    private let clocks: ClockPair
    private var digests = BodyDigests()
    private var curve = RateCurve()

    init(exchange: Exchange, clocks: ClockPair) {
        self.exchange = exchange
        self.clocks = clocks
    }

    /// The head of the response has been written.
    mutating func respond(_ plan: ResponsePlan, at instant: ContinuousClock.Instant) {
        let timestamp = clocks.timestamp(at: instant)
        exchange.status = plan.status
        exchange.contentLength = plan.contentLength
        exchange.contentRange = plan.contentRange
        exchange.location = plan.field("location")
        exchange.contentEncoding = plan.field("content-encoding")
        exchange.respondedAt = timestamp
        // The curve begins at the response's first byte, not at the first byte of its body.
        curve.receive(byteCount: 0, at: timestamp)
    }

    /// Body bytes have been handed to the connection.
    mutating func send(_ bytes: [UInt8], at instant: ContinuousClock.Instant) {
        exchange.bodyBytes += Int64(bytes.count)
        digests.receive(bytes.span.bytes)
        curve.receive(byteCount: bytes.count, at: clocks.timestamp(at: instant))
    }

    /// The finished record.
    func transfer(_ end: Exchange.End, at instant: ContinuousClock.Instant) -> Transfer {
        var exchange = exchange
        exchange.end = end
        exchange.endedAt = clocks.timestamp(at: instant)
        return Transfer(measuring: exchange, evidence: .served, digests: digests, curve: curve)
    }
}

private extension ResponsePlan {
    /// The value of a field of the offering, its name compared without case.
    func field(_ name: String) -> String? {
        fields.first { $0.key.lowercased() == name }?.value
    }
}

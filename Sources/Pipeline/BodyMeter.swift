// Measures a body as it streams past: digests, rate curve, decoded content. Bodies are never held.

import Digests
import Traffic

/// Hashes a body piece by piece, follows its rate, and decodes it where it is coded.
struct BodyMeter: Sendable {
    /// The digests of the bytes so far: up to the first hole.
    private(set) var digests = BodyDigests()
    private var curve: RateCurve
    private let decoder: BodyDecoder?
    private var isHoled = false

    /// A meter of the body behind a response's head, which names the body's coding; its curve has at most `points`.
    init(of exchange: Exchange, points: Int = RateCurve.limit) {
        curve = RateCurve(limit: points)
        decoder = BodyDecoder(of: exchange)
    }

    /// Adds the next piece of the body.
    mutating func receive(_ bytes: RawSpan, at timestamp: Timestamp) {
        curve.receive(byteCount: bytes.byteCount, at: timestamp)
        // A body with a hole has no digests.
        guard !isHoled else { return }
        digests.receive(bytes)
        decoder?.receive(bytes)
    }

    /// Notes that bytes of the body are missing here.
    mutating func miss() { isHoled = true }

    /// The transfer that `exchange` turned out to be.
    func transfer(_ exchange: Exchange, evidence: Transfer.Evidence) -> Transfer {
        Transfer(measuring: exchange, evidence: evidence, digests: digests, curve: curve, decoder: decoder)
    }
}

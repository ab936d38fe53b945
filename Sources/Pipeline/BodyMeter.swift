// Measures a body as it streams past: digests, rate curve. Bodies are never held.

import Digests
import Traffic

/// Hashes a body piece by piece and follows its rate.
struct BodyMeter: Sendable {
    private var digests = BodyDigests()
    private var curve = RateCurve()

    /// A meter that has seen nothing.
    init() {}

    /// Adds the next piece of the body.
    mutating func receive(_ bytes: RawSpan, at timestamp: Timestamp) {
        digests.receive(bytes)
        curve.receive(byteCount: bytes.byteCount, at: timestamp)
    }

    /// The transfer that `exchange` turned out to be.
    func transfer(_ exchange: Exchange, evidence: Transfer.Evidence) -> Transfer {
        Transfer(measuring: exchange, evidence: evidence, digests: digests, curve: curve)
    }
}

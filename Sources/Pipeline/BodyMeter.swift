// Measures a body as it streams past: length, digests, rate curve. Bodies are never held.

import Crypto
import Traffic

/// Hashes a body piece by piece and follows its rate.
struct BodyMeter: Sendable {
    private var sha256 = SHA256()
    private var md5 = Insecure.MD5()
    private var curve = RateCurve()
    private var byteCount: Int64 = 0

    /// A meter that has seen nothing.
    init() {}

    /// Adds the next piece of the body.
    mutating func receive(_ bytes: RawSpan, at timestamp: Timestamp) {
        bytes.withUnsafeBytes { buffer in
            sha256.update(bufferPointer: buffer)
            md5.update(bufferPointer: buffer)
        }
        byteCount += Int64(bytes.byteCount)
        curve.receive(byteCount: bytes.byteCount, at: timestamp)
    }

    /// The transfer that `exchange` turned out to be; digests only where every byte was seen.
    func transfer(_ exchange: Exchange, evidence: Transfer.Evidence) -> Transfer {
        // An empty body has a digest too, once it is known to be all there was.
        let hasBody = byteCount > 0 || (exchange.status != nil && exchange.end == .complete)
        let isMeasured = hasBody && exchange.missingBytes == 0
        return Transfer(
            exchange: exchange,
            evidence: evidence,
            sha256: isMeasured ? Self.hex(sha256.finalize()) : nil,
            md5: isMeasured ? Self.hex(md5.finalize()) : nil,
            samples: curve.samples
        )
    }

    /// SHA-256 of bytes at hand, lower-case hex.
    static func sha256(of bytes: RawSpan) -> String {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hex(hash.finalize())
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}

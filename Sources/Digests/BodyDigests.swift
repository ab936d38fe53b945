// SHA-256 and MD5 of a body, computed as its bytes go by.

import Crypto
import Traffic

/// The two digests that the dialects declare, in lower-case hex.
public struct HexDigests: Hashable, Sendable {
    /// The SHA-256 digest.
    public let sha256: String
    /// The MD5 digest.
    public let md5: String
}

/// Running digests; memory use does not depend on the number of bytes.
public struct BodyDigests: Sendable {
    private var sha256 = SHA256()
    // MD5 because dialect B declares it (dialects.md §3.3); it proves nothing against an attacker.
    private var md5 = Insecure.MD5()

    /// The digests of no bytes yet.
    public init() {}

    /// Adds the next piece of the body.
    public mutating func receive(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe sha256.update(bufferPointer: buffer)
            unsafe md5.update(bufferPointer: buffer)
        }
    }

    /// The digests of the bytes so far.
    public var hex: HexDigests {
        HexDigests(
            sha256: unsafe sha256.finalize().withUnsafeBytes { unsafe HexText.lowerCase($0) },
            md5: unsafe md5.finalize().withUnsafeBytes { unsafe HexText.lowerCase($0) }
        )
    }
}

// SHA-256 and MD5 of a body, computed as its bytes go by.

import Crypto

/// The two digests that the dialects declare, in lower-case hex.
struct HexDigests: Hashable, Sendable {
    var sha256: String
    var md5: String
}

/// Running digests; memory use does not depend on the number of bytes.
struct BodyDigests: Sendable {
    private var sha256 = SHA256()
    // MD5 because dialect B declares it (dialects.md §3.3); it proves nothing against an attacker.
    private var md5 = Insecure.MD5()

    mutating func receive(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            sha256.update(bufferPointer: buffer)
            md5.update(bufferPointer: buffer)
        }
    }

    /// The digests of the bytes so far.
    var hex: HexDigests {
        HexDigests(sha256: Self.hex(sha256.finalize()), md5: Self.hex(md5.finalize()))
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

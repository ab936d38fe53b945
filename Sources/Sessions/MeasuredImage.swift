// An image that came whole: in one response, or in several that belong together. dialects.md §5.6.

import Dialects
import Traffic

/// What was measured of one whole image, as it was sent.
struct MeasuredImage {
    /// Its size on the wire.
    let bytes: Int64
    /// SHA-256 of its bytes on the wire; `nil` when they could not be hashed.
    let sha256: String?
    /// MD5 of its bytes on the wire; `nil` when they could not be hashed.
    let md5: String?
    /// Whether it is compressed or otherwise coded.
    let isEncoded: Bool
    /// When its last byte was seen.
    let endedAt: Timestamp
    /// The store's ids of the downloads that brought it, in the order of their requests.
    let transferIDs: [Int64]
    private let decodedSHA256: String?
    private let decodedMD5: String?

    /// The image of a response that carried it from first to last byte; `nil` for any other.
    init?(_ response: TransferEvidence) {
        guard response.exchange.isWholeImage else { return nil }
        bytes = response.exchange.bodyBytes
        sha256 = response.transfer.sha256
        md5 = response.transfer.md5
        isEncoded = response.exchange.isEncoded
        endedAt = response.span.end
        transferIDs = [response.id]
        decodedSHA256 = response.transfer.decodedSHA256
        decodedMD5 = response.transfer.decodedMD5
    }

    /// The image that one recording put together of several responses; `nil` while bytes of it are missing.
    init?(_ parts: AssembledParts) {
        guard parts.isOwnImage, let bytes = parts.latest.totalBytes else { return nil }
        self.bytes = bytes
        sha256 = parts.latest.sha256
        md5 = parts.latest.md5
        isEncoded = parts.responses.contains { $0.exchange.isEncoded }
        endedAt = parts.responses.map(\.span.end).max() ?? parts.latest.endedAt
        transferIDs = parts.responses.map(\.id)
        decodedSHA256 = nil
        decodedMD5 = nil
    }

    /// Whether the digest is the declared one; `nil` when that cannot be told.
    ///
    /// The declared digest may be of the bytes on the wire or of the decoded ones. A content-encoded body that was not
    /// decoded and does not match proves nothing.
    func isMatching(_ declared: DeclaredDigest) -> Bool? {
        let (wire, decoded) = digests(like: declared)
        guard let wire else { return nil }
        let wanted = declared.hex.lowercased()
        if wire == wanted || decoded == wanted { return true }
        return isEncoded && decoded == nil ? nil : false
    }

    /// The measured digest of the declared kind: of the decoded body, where it is coded.
    func digest(like declared: DeclaredDigest) -> String? {
        let (wire, decoded) = digests(like: declared)
        return decoded ?? wire
    }

    private func digests(like declared: DeclaredDigest) -> (wire: String?, decoded: String?) {
        switch (declared.algorithm.lowercased(), declared.hex.utf8.count) {
        case ("sha256", _), ("sha-256", _), ("", 64): (sha256, decodedSHA256)
        case ("md5", _), ("", 32): (md5, decodedMD5)
        default: (nil, nil)
        }
    }
}

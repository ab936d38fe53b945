// Turns a recorded offer into one of the image that is served now. design.md §6, Image.

public import Dialects

/// What is served in place of the recorded image.
public struct ServedImage: Hashable, Sendable {
    /// Where the device is to fetch it.
    public var url: String
    /// Its size.
    public var byteCount: Int64
    /// Its digests in lower-case hex by algorithm, such as `sha256` and `md5`.
    public var digests: [String: String]

    /// Describes a served image.
    public init(url: String, byteCount: Int64, digests: [String: String]) {
        self.url = url
        self.byteCount = byteCount
        self.digests = digests
    }
}

/// Makes offers of a served image that keep a relation to it.
public struct OfferRewriting: Hashable, Sendable {
    /// How image and offer fit together.
    public var relation: ImageRelation
    /// What is served.
    public var image: ServedImage

    /// Joins an image and its relation to the offer.
    public init(relation: ImageRelation, image: ServedImage) {
        self.relation = relation
        self.image = image
    }

    /// The live offer: URL, size and digest of the served image, in the relation and the form of the recording.
    ///
    /// What the recorded offer does not state is not stated. Ids are not touched.
    public func live(_ recorded: UpgradeEvent) -> UpgradeEvent {
        var live = recorded
        live.url = recorded.url.map { _ in image.url }
        if let difference = relation.sizeDifference, recorded.sizeBytes != nil {
            live.sizeBytes = max(0, image.byteCount.adding(saturating: difference))
        }
        live.digest = recorded.digest.map(digest)
        return live
    }

    private func digest(_ recorded: DeclaredDigest) -> DeclaredDigest {
        guard let hex = servedHex(for: recorded) else { return recorded }
        switch relation.digest {
        case .matching, .unknown: return recorded.replacing(hex: hex)
        // The recorded digest is not the filler's, and its form may be what the device stumbles over.
        case .notMatching: return recorded.hex == hex ? recorded.replacing(hex: Self.spoiled(hex)) : recorded
        }
    }

    /// The image's digest by the recorded algorithm, or by the one that the digest's length tells.
    private func servedHex(for recorded: DeclaredDigest) -> String? {
        guard recorded.algorithm.isEmpty else { return image.digests[recorded.algorithm] }
        return image.digests.values.first { $0.utf8.count == recorded.hex.utf8.count }
    }

    private static func spoiled(_ hex: String) -> String {
        (hex.first == "0" ? "1" : "0") + hex.dropFirst()
    }
}

extension DeclaredDigest {
    /// The same digest with other digits; prefix and letter case of the verbatim text are kept.
    func replacing(hex replacement: String) -> DeclaredDigest {
        let text = Array(verbatim.utf8)
        let digits = Array(hex.utf8)
        var written = replacement
        if let start = text.lowercasedIndex(of: digits) {
            let old = text[start..<(start + digits.count)]
            let isUpper = old.contains { (0x41...0x46).contains($0) }
            let new = isUpper ? replacement.uppercased() : replacement
            written = String(
                decoding: text[..<start] + Array(new.utf8) + text[(start + digits.count)...],
                as: UTF8.self
            )
        }
        return DeclaredDigest(algorithm: algorithm, hex: replacement, verbatim: written)
    }
}

extension [UInt8] {
    /// Where lower-case `digits` begin, letters compared without case; `nil` when they do not occur.
    func lowercasedIndex(of digits: [UInt8]) -> Int? {
        guard !digits.isEmpty, digits.count <= count else { return nil }
        let lowered = map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return (0...(count - digits.count)).first { lowered[$0..<($0 + digits.count)].elementsEqual(digits) }
    }
}

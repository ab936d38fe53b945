// Tells equal messages without keeping them.

/// Topic and payload of a message as 64 bits of keyed hash and a length.
///
/// The hash is keyed per process, so nobody can publish two messages that are taken for one; it is compared within
/// one device or within seconds only.
public struct MessageFingerprint: Hashable, Sendable {
    private let hash: Int
    private let byteCount: Int

    /// Fingerprints a message.
    public init(topic: RawSpan, payload: RawSpan) {
        var hasher = Hasher()
        topic.withUnsafeBytes { hasher.combine(bytes: $0) }
        payload.withUnsafeBytes { hasher.combine(bytes: $0) }
        hasher.combine(topic.byteCount)
        hash = hasher.finalize()
        byteCount = topic.byteCount &+ payload.byteCount
    }

    /// Bits that differ between messages, for tables.
    var bits: Int { hash }

    /// Mixed already: hashing it again would only cost time.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}

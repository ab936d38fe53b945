// How far a coded body is followed. Deflate packs up to 1 032 bytes into one.

/// The bounds of decoding a body: a few bytes on the wire must not cost hours of hashing.
public struct DecodingLimits: Hashable, Sendable {
    /// Largest decoded body; 4 GiB by default.
    public var bytes: Int64 = 4 << 30
    /// Decoded bytes that any body may have, however well it packs; 16 MiB by default.
    public var freeBytes: Int64 = 16 << 20
    /// Decoded bytes for each byte on the wire, beyond the free ones; 100 by default.
    public var ratio: Int64 = 100
    /// Bodies decoded at once in this process, each with about 40 KiB of zlib's; 256 by default.
    public var bodies = 256

    /// The defaults.
    public init() {}

    /// Whether a body of `wireBytes` so far may have become `decodedBytes`.
    func allow(_ decodedBytes: Int64, of wireBytes: Int64) -> Bool {
        guard decodedBytes <= bytes else { return false }
        return decodedBytes <= freeBytes || decodedBytes / max(1, ratio) <= wireBytes
    }
}

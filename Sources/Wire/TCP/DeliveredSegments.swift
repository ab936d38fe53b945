// Remembers what was handed on, to notice when it is sent again with other content.

/// Fingerprints of the segments that were handed on last, of all connections together, in a fixed amount of memory.
///
/// The bytes themselves are gone by then: a retransmission is compared segment by segment with the fingerprints, as far
/// as it repeats whole segments that are still remembered.
struct DeliveredSegments: Sendable {
    private struct Entry: Sendable {
        /// Which segment of which stream; 0 in an empty entry.
        var name: UInt32 = 0
        var length: UInt32 = 0
        var fingerprint: UInt64 = 0
    }

    private static let secret = HashSecret()

    private var entries: [Entry] = []
    private let count: Int

    /// Remembers up to `limit` segments, rounded up to a power of two; 0 remembers none.
    init(limit: Int) {
        var count = limit > 0 ? 1 : 0
        while count < limit, count < 1 << 28 { count *= 2 }
        self.count = count
    }

    /// Remembers a segment.
    ///
    /// - Parameters:
    ///   - bytes: The segment.
    ///   - offset: Where it lies in its stream.
    ///   - stream: Number of the stream, unique in the decoder.
    mutating func note(_ bytes: RawSpan, at offset: Int64, of stream: Int) {
        guard count > 0 else { return }
        if entries.isEmpty { entries = [Entry](repeating: Entry(), count: count) }
        let hash = Self.hash(offset, stream)
        entries[Int(truncatingIfNeeded: hash) & (count - 1)] = Entry(
            name: Self.name(hash),
            length: UInt32(truncatingIfNeeded: bytes.byteCount),
            fingerprint: Self.fingerprint(bytes)
        )
    }

    /// Whether bytes that were handed on before are being sent again with other content.
    func contradict(_ bytes: RawSpan, at offset: Int64, of stream: Int) -> Bool {
        guard !entries.isEmpty else { return false }
        var position = 0
        while position < bytes.byteCount {
            let hash = Self.hash(offset + Int64(position), stream)
            let entry = entries[Int(truncatingIfNeeded: hash) & (count - 1)]
            let end = position + Int(entry.length)
            guard entry.name == Self.name(hash), end > position, end <= bytes.byteCount else { return false }
            if entry.fingerprint != Self.fingerprint(bytes.extracting(position..<end)) { return true }
            position = end
        }
        return false
    }

    private static func hash(_ offset: Int64, _ stream: Int) -> UInt64 {
        secret.first.folded(UInt64(bitPattern: offset), secret.second ^ UInt64(truncatingIfNeeded: stream))
    }

    private static func name(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) | 1 }

    private static func fingerprint(_ bytes: RawSpan) -> UInt64 {
        var mixed = secret.first ^ UInt64(bytes.byteCount)
        var position = 0
        while bytes.byteCount - position >= 16 {
            mixed = mixed.folded(bytes.uint64(at: position), secret.second ^ bytes.uint64(at: position + 8))
            position += 16
        }
        while bytes.byteCount - position >= 4 {
            mixed = mixed.folded(UInt64(bytes.uint32(at: position)), secret.second)
            position += 4
        }
        while position < bytes.byteCount {
            mixed = mixed.folded(UInt64(bytes.byte(at: position)), secret.second)
            position += 1
        }
        return mixed
    }
}

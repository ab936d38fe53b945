// How much a spool may hold.

/// The bounds of a spool.
public struct SpoolLimits: Hashable, Sendable {
    /// Bytes on the disk at most; then nothing more is taken, and the broker waits.
    public var bytes: Int
    /// Bytes after which a new segment is begun; space is given back by whole segments.
    public var segmentBytes: Int

    /// By default 1 GiB, in segments of 16 MiB.
    public init(bytes: Int = 1 << 30, segmentBytes: Int = 16 << 20) {
        self.bytes = bytes
        // The segment that grows is never given back: there must be room for others beside it.
        self.segmentBytes = min(segmentBytes, max(1, bytes / 4))
    }
}

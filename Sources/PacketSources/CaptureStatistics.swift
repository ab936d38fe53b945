// What a live capture saw and lost.

/// Counters of one live capture.
public struct CaptureStatistics: Hashable, Sendable {
    /// Packets handed to the sink.
    public internal(set) var received: Int64 = 0
    /// Bytes handed to the sink.
    public internal(set) var receivedBytes: Int64 = 0
    /// Packets that the kernel dropped because the ring was full.
    public internal(set) var kernelDrops: Int64 = 0
    /// Packets that the interface dropped before the kernel saw them.
    public internal(set) var interfaceDrops: Int64 = 0
}

/// Extends a counter that the kernel keeps in 32 bits.
struct WrappingCounter {
    /// The count since the first reading.
    private(set) var total: Int64 = 0
    private var last: UInt32 = 0

    /// Takes a reading; correct as long as fewer than 2³² happened since the last one.
    mutating func advance(to reading: UInt32) {
        total += Int64(reading &- last)
        last = reading
    }
}

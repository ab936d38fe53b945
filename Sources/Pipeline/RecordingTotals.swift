// What a source saw on the wire, as the recording's row keeps it.

public import Traffic

/// Packets, bytes and losses of one source.
public struct RecordingTotals: Hashable, Sendable {
    /// Packets read.
    public var packets: Int64
    /// Bytes of those packets.
    public var bytes: Int64
    /// What was not seen.
    public var losses: Losses

    /// Totals, zero unless given.
    public init(packets: Int64 = 0, bytes: Int64 = 0, losses: Losses = Losses()) {
        self.packets = packets
        self.bytes = bytes
        self.losses = losses
    }
}

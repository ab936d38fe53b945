// How much a recording has seen so far.

public import Traffic

/// The running totals of one recording; each write replaces those of the write before.
public struct RecordingCounts: Hashable, Sendable {
    /// Packets read.
    public var packets: Int64
    /// Bytes of those packets.
    public var bytes: Int64
    /// MQTT messages seen.
    public var messagesSeen: Int64
    /// Messages kept because a dialect claims them or they were asked for.
    public var messagesKept: Int64
    /// How many deliveries of the recording's spool are in the store.
    public var spoolPosition: Int64
    /// What was not seen.
    public var losses: Losses

    /// Totals, zero unless given.
    public init(
        packets: Int64 = 0,
        bytes: Int64 = 0,
        messagesSeen: Int64 = 0,
        messagesKept: Int64 = 0,
        spoolPosition: Int64 = 0,
        losses: Losses = Losses()
    ) {
        self.packets = packets
        self.bytes = bytes
        self.messagesSeen = messagesSeen
        self.messagesKept = messagesKept
        self.spoolPosition = spoolPosition
        self.losses = losses
    }
}

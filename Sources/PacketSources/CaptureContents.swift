// What a capture file holds beside its packets.

/// Counters of what was met in a capture file that is no delivered packet.
public struct CaptureContents: Hashable, Sendable {
    /// Interfaces described; classic pcap describes one.
    public internal(set) var interfaces = 0
    /// Comments on sections, interfaces and packets.
    public internal(set) var comments = 0
    /// Blocks of decryption secrets, which are not used.
    public internal(set) var secrets = 0
    /// Blocks of other kinds, stepped over.
    public internal(set) var skippedBlocks = 0
    /// Packet records that cannot be delivered: of an interface that nothing describes, or longer than their block.
    public internal(set) var unreadableRecords: Int64 = 0
    /// Packets that the recording system says its interfaces dropped (isb_ifdrop).
    public internal(set) var interfaceDrops: Int64 = 0
    /// Packets that the recording system says it dropped (isb_osdrop).
    var systemDrops: Int64 = 0
    /// Packets that packet records say were lost before them (epb_dropcount), whoever lost them.
    var packetDrops: Int64 = 0

    /// Nothing met so far.
    public init() {}

    /// Packets that the recording system dropped: two reports of the same, of which either may be missing.
    public var kernelDrops: Int64 { max(systemDrops, packetDrops - interfaceDrops) }

    /// What two files hold together.
    public static func + (left: CaptureContents, right: CaptureContents) -> CaptureContents {
        var sum = left
        sum.interfaces += right.interfaces
        sum.comments += right.comments
        sum.secrets += right.secrets
        sum.skippedBlocks += right.skippedBlocks
        sum.unreadableRecords += right.unreadableRecords
        sum.interfaceDrops += right.interfaceDrops
        sum.systemDrops += right.systemDrops
        sum.packetDrops += right.packetDrops
        return sum
    }
}

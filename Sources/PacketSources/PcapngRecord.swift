// One packet of a pcapng file. draft-ietf-opsawg-pcapng §4.3 (enhanced), §4.4 (simple), appendix A (obsolete)

/// What a packet block of any kind says, and where its bytes lie.
struct PcapngRecord {
    /// The interface's number in its section.
    let interface: Int
    /// The time; a simple packet has none.
    let ticks: UInt64?
    /// The packet's length on the wire.
    let originalLength: Int
    /// Where the packet lies in its block.
    let bytes: Range<Int>
    /// Packets lost before this one, as the obsolete block says it.
    var drops: UInt16 = 0

    /// Reads a block; `nil` when it is shorter than it says.
    ///
    /// - Parameters:
    ///   - block: The whole block.
    ///   - firstSnapLength: The snap length of the section's first interface, which cuts simple packets.
    init?(_ block: borrowing PcapngBlock, firstSnapLength: Int?) {
        if block.kind == PcapngBlock.simplePacket {
            guard block.end >= 12 else { return nil }
            originalLength = Int(block.uint32(at: 8))
            let limit = firstSnapLength.flatMap { $0 == 0 ? nil : $0 } ?? .max
            bytes = 12..<12 + min(originalLength, limit, block.end - 12)
            (interface, ticks) = (0, nil)
            return
        }
        guard block.end >= 28, Int(block.uint32(at: 20)) <= block.end - 28 else { return nil }
        let isObsolete = block.kind == PcapngBlock.obsoletePacket
        interface = isObsolete ? Int(block.uint16(at: 8)) : Int(block.uint32(at: 8))
        // 0xFFFF says that the count is unknown.
        if isObsolete, case let count = block.uint16(at: 10), count != .max { drops = count }
        ticks = UInt64(block.uint32(at: 12)) << 32 | UInt64(block.uint32(at: 16))
        bytes = 28..<28 + Int(block.uint32(at: 20))
        originalLength = Int(block.uint32(at: 24))
    }
}

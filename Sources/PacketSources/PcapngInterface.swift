// What a pcapng file says about an interface. draft-ietf-opsawg-pcapng §4.2

import Traffic

/// One described interface.
struct PcapngInterface {
    /// How its packets begin.
    let linkType: LinkType
    /// The most bytes of a packet that were captured; 0 for all.
    let snapLength: Int
    /// How its times count.
    let ticks: TickScale
    /// What its packets must match.
    let filter: PacketFilter?
    /// Packets that the system has dropped, by the last report.
    var systemDrops: UInt64 = 0
    /// Packets that the interface has dropped, by the last report.
    var interfaceDrops: UInt64 = 0

    /// Reads an Interface Description Block with its options.
    init(_ block: borrowing PcapngBlock, filterText: String?) {
        let linkType = LinkType(dataLink: Int32(block.uint16(at: 8)))
        var ticks = TickScale()
        block.forEachOption(from: 16) { code, value in
            switch (code, value.count) {
            case (9, 1...): ticks.setResolution(block.byte(at: value.lowerBound))
            case (14, 8): ticks.offset = Int64(bitPattern: block.uint64(at: value.lowerBound))
            default: break
            }
        }
        self.linkType = linkType
        self.snapLength = Int(block.uint32(at: 12))
        self.ticks = ticks
        self.filter = filterText.map { PacketFilter($0, for: linkType) }
    }
}

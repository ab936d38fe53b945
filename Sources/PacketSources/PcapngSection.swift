// What holds for the blocks of a pcapng section. draft-ietf-opsawg-pcapng §4.1 to §4.6

import Traffic

/// The byte order and the interfaces of one section after the other, and what was met in all of them.
struct PcapngSection {
    /// Interfaces that a section may describe.
    private static let mostInterfaces = 1 << 16

    var isBigEndian = false
    private(set) var interfaces: [PcapngInterface] = []
    private(set) var contents = CaptureContents()
    private let filterText: String?
    private var lastAt = Timestamp(nanoseconds: 0)

    /// Before the first section.
    init(filterText: String?) {
        self.filterText = filterText
    }

    /// Counts a block that was stepped over.
    mutating func count(skipped kind: UInt32) {
        if kind == PcapngBlock.secrets { contents.secrets += 1 } else { contents.skippedBlocks += 1 }
    }

    /// Reads a block that describes packets: a section header, an interface, or statistics.
    mutating func read(_ block: borrowing PcapngBlock) throws(PcapngFault) {
        switch block.kind {
        case PcapngBlock.section: try begin(block)
        case PcapngBlock.interface: try addInterface(block)
        default: try readStatistics(block)
        }
    }

    private mutating func begin(_ block: borrowing PcapngBlock) throws(PcapngFault) {
        guard block.end >= 24 else { throw PcapngFault("a section header of \(block.end + 4) bytes") }
        let major = block.uint16(at: 12)
        guard major == 1 else { throw PcapngFault("a section of version \(major); version 1 is read") }
        interfaces = []
        block.forEachOption(from: 24) { code, _ in
            if code == PcapngBlock.comment { contents.comments += 1 }
        }
    }

    private mutating func addInterface(_ block: borrowing PcapngBlock) throws(PcapngFault) {
        guard block.end >= 16 else { throw PcapngFault("an interface description of \(block.end + 4) bytes") }
        guard interfaces.count < Self.mostInterfaces else {
            throw PcapngFault("more than \(Self.mostInterfaces) interfaces in a section")
        }
        interfaces.append(PcapngInterface(block, filterText: filterText))
        contents.interfaces += 1
        block.forEachOption(from: 16) { code, _ in
            if code == PcapngBlock.comment { contents.comments += 1 }
        }
    }

    private mutating func readStatistics(_ block: borrowing PcapngBlock) throws(PcapngFault) {
        guard block.end >= 20 else { throw PcapngFault("interface statistics of \(block.end + 4) bytes") }
        let number = Int(block.uint32(at: 8))
        block.forEachOption(from: 20) { code, value in
            switch (code, value.count) {
            case (PcapngBlock.comment, _): contents.comments += 1
            case (5, 8) where number < interfaces.count:
                let drops = block.uint64(at: value.lowerBound)
                contents.interfaceDrops.add(interfaces[number].interfaceDrops.growth(to: drops))
            case (7, 8) where number < interfaces.count:
                let drops = block.uint64(at: value.lowerBound)
                contents.systemDrops.add(interfaces[number].systemDrops.growth(to: drops))
            default: break
            }
        }
    }
}

// MARK: - Packets

extension PcapngSection {
    /// Reads a packet block of any kind.
    ///
    /// - Returns: The packet's facts and where its bytes lie; `nil`, counted, when no interface is described for it or
    ///   it claims to be longer than its block.
    mutating func packet(_ block: borrowing PcapngBlock) -> (header: PacketHeader, bytes: Range<Int>)? {
        guard let record = PcapngRecord(block, firstSnapLength: interfaces.first?.snapLength),
            record.interface < interfaces.count
        else {
            contents.unreadableRecords += 1
            return nil
        }
        // A simple packet has no time: it gets that of the packet before.
        if let ticks = record.ticks { lastAt = interfaces[record.interface].ticks.timestamp(ticks) }
        contents.packetDrops.add(UInt64(record.drops))
        if block.end - record.bytes.upperBound >= 4 { readOptions(block, of: record) }
        let header = PacketHeader(
            at: lastAt,
            linkType: interfaces[record.interface].linkType,
            originalLength: record.originalLength
        )
        guard let filter = interfaces[record.interface].filter else { return (header, record.bytes) }
        let matches = filter.matches(
            block.bytes.extracting(record.bytes),
            originalLength: header.originalLength
        )
        return matches ? (header, record.bytes) : nil
    }

    private mutating func readOptions(_ block: borrowing PcapngBlock, of record: PcapngRecord) {
        block.forEachOption(from: (record.bytes.upperBound + 3) & ~3) { code, value in
            switch (code, value.count) {
            case (PcapngBlock.comment, _): contents.comments += 1
            case (4, 8) where block.kind == PcapngBlock.enhancedPacket:
                contents.packetDrops.add(block.uint64(at: value.lowerBound))
            default: break
            }
        }
    }
}

extension Int64 {
    /// Adds a count, held at the end of the range.
    fileprivate mutating func add(_ count: UInt64) {
        self = addingSaturated(Int64(clamping: count))
    }
}

extension UInt64 {
    /// Takes a new reading of a growing counter; returns what it grew by since the last one.
    fileprivate mutating func growth(to reading: UInt64) -> UInt64 {
        defer { self = Swift.max(self, reading) }
        return reading > self ? reading - self : 0
    }
}

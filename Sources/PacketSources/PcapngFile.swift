// Reads pcapng: several interfaces, link types, resolutions and sections in one file. draft-ietf-opsawg-pcapng

import Traffic

/// A pcapng file being read, block by block.
///
/// Memory is bounded by the largest block (16 MiB) and the most interfaces of a section (65 536).
struct PcapngFile: ~Copyable {
    /// How every such file begins, in either byte order.
    static let magic: [UInt8] = [0x0A, 0x0D, 0x0D, 0x0A]
    /// The largest block that is believed; libpcap's and Wireshark's bound too.
    private static let largestBlock = 16 << 20

    private let input: CaptureInput
    private var buffer: BlockBuffer
    private var section: PcapngSection
    private var isAtEnd = false
    private(set) var isCut = false
    private(set) var recordCount = 0

    /// What was met beside packets.
    var contents: CaptureContents { section.contents }

    private init(_ input: consuming CaptureInput, filter: String?) {
        buffer = BlockBuffer(beginningWith: input.magic)
        section = PcapngSection(filterText: filter)
        self.input = input
    }

    /// Reads the first section header.
    static func opening(
        _ input: consuming CaptureInput,
        filter: String?
    ) throws(PacketSourceError) -> PcapngFile {
        if let filter { try PacketFilter.check(filter) }
        var file = PcapngFile(input, filter: filter)
        try file.readFirstBlock()
        return file
    }

    private mutating func readFirstBlock() throws(PacketSourceError) {
        do throws(PcapngFault) {
            guard let length = try nextLength(), try readDescription(length) else {
                throw PcapngFault("the file ends in its first block")
            }
        } catch {
            try input.finish(after: 0)
            throw .notACapture(input.path, cause: error.text)
        }
    }

    /// See ``CaptureFile/next(_:)``.
    mutating func next(_ body: (PacketHeader, RawSpan) -> Void) throws(PacketSourceError) -> Bool {
        guard !isAtEnd else { return false }
        do throws(PcapngFault) {
            while !isCut, let length = try nextLength() {
                if try step(over: length, body) { return true }
            }
        } catch {
            isAtEnd = true
            throw .damaged(input.path, after: recordCount, cause: error.text)
        }
        isAtEnd = true
        if let number = buffer.failure { throw .unopened(input.path, number) }
        try input.finish(after: recordCount)
        return false
    }

    /// The next block's length; `nil` at the end of the file, where ``isCut`` tells whether a block is cut.
    private mutating func nextLength() throws(PcapngFault) -> Int? {
        guard buffer.fill(12, from: input) else {
            isCut = buffer.count > 0
            return nil
        }
        if buffer.rawSpan.uint32(at: 0, isBigEndian: false) == PcapngBlock.section {
            // The byte-order magic, §4.1.
            switch buffer.rawSpan.uint32(at: 8, isBigEndian: false) {
            case 0x1A2B_3C4D: section.isBigEndian = false
            case 0x4D3C_2B1A: section.isBigEndian = true
            default: throw PcapngFault("a section header without the byte-order magic")
            }
        }
        let length = Int(buffer.rawSpan.uint32(at: 4, isBigEndian: section.isBigEndian))
        guard length >= 12, length & 3 == 0 else { throw PcapngFault("a block of \(length) bytes") }
        guard length <= Self.largestBlock else {
            throw PcapngFault("a block of \(length) bytes; at most \(Self.largestBlock) are believed")
        }
        return length
    }

    /// Deals with one block; whether it was a packet that `body` has received.
    private mutating func step(
        over length: Int,
        _ body: (PacketHeader, RawSpan) -> Void
    ) throws(PcapngFault) -> Bool {
        let kind = buffer.rawSpan.uint32(at: 0, isBigEndian: section.isBigEndian)
        switch kind {
        case PcapngBlock.enhancedPacket, PcapngBlock.simplePacket, PcapngBlock.obsoletePacket:
            return try deliver(length, body)
        case PcapngBlock.section, PcapngBlock.interface, PcapngBlock.statistics:
            isCut = try !readDescription(length)
        default:
            isCut = try !skip(length)
            if !isCut { section.count(skipped: kind) }
        }
        return false
    }

    private mutating func deliver(
        _ length: Int,
        _ body: (PacketHeader, RawSpan) -> Void
    ) throws(PcapngFault) -> Bool {
        guard buffer.fill(length, from: input) else {
            isCut = true
            return false
        }
        let isDelivered = try Self.deliver(length, of: buffer, in: &section, body)
        if isDelivered { recordCount += 1 }
        buffer.advance(length)
        return isDelivered
    }

    private static func deliver(
        _ length: Int,
        of buffer: borrowing BlockBuffer,
        in section: inout PcapngSection,
        _ body: (PacketHeader, RawSpan) -> Void
    ) throws(PcapngFault) -> Bool {
        let block = PcapngBlock(buffer.rawSpan.extracting(first: length), isBigEndian: section.isBigEndian)
        try check(block.uint32(at: block.end), against: length)
        guard let packet = section.packet(block) else { return false }
        body(packet.header, block.bytes.extracting(packet.bytes))
        return true
    }

    /// Reads a block that describes packets; `false` when the file ends in it.
    private mutating func readDescription(_ length: Int) throws(PcapngFault) -> Bool {
        guard buffer.fill(length, from: input) else { return false }
        try Self.read(length, of: buffer, into: &section)
        buffer.advance(length)
        return true
    }

    private static func read(
        _ length: Int,
        of buffer: borrowing BlockBuffer,
        into section: inout PcapngSection
    ) throws(PcapngFault) {
        let block = PcapngBlock(buffer.rawSpan.extracting(first: length), isBigEndian: section.isBigEndian)
        try check(block.uint32(at: block.end), against: length)
        try section.read(block)
    }

    /// Steps over a block without holding it; `false` when the file ends in it.
    private mutating func skip(_ length: Int) throws(PcapngFault) -> Bool {
        guard buffer.skip(length - 4, from: input), buffer.fill(4, from: input) else { return false }
        try Self.check(buffer.rawSpan.uint32(at: 0, isBigEndian: section.isBigEndian), against: length)
        buffer.advance(4)
        return true
    }

    private static func check(_ second: UInt32, against length: Int) throws(PcapngFault) {
        guard second == length else {
            throw PcapngFault("a block whose two lengths are \(length) and \(second)")
        }
    }
}

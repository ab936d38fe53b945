// Reading pcapng: byte orders, interfaces, times, sections, and blocks that lie.

import PacketSources
import Testing
import Traffic

struct PcapngTests {
    private let folder: TemporaryFolder
    private let little = PcapngBytes()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func read(_ bytes: [UInt8], filter: String? = nil) throws -> (packets: [ReadPacket], isCut: Bool)
    {
        try readAll(CaptureFile(path: try folder.file("a.pcapng", bytes), filter: filter))
    }

    private func contents(_ bytes: [UInt8]) throws -> CaptureContents {
        var file = try CaptureFile(path: try folder.file("a.pcapng", bytes))
        while try file.next({ _, _ in }) {}
        return file.contents
    }

    @Test(arguments: [false, true])
    func `reads interfaces of different kinds side by side`(isBigEndian: Bool) throws {
        let of = PcapngBytes(isBigEndian: isBigEndian)
        let bytes =
            of.section() + of.interface(1) + of.interface(113, of.option(9, [9]))
            + of.packet([1, 2, 3], interface: 0, ticks: 5_000_001)
            + of.packet([4], interface: 1, ticks: 7, original: 90) + of.interface(12)
            + of.packet([5, 6], interface: 2, ticks: 1)
        let (packets, isCut) = try read(bytes)
        #expect(packets.map(\.bytes) == [[1, 2, 3], [4], [5, 6]])
        #expect(packets.map(\.header.linkType) == [.ethernet, .linuxCooked, .raw])
        #expect(packets.map(\.header.at.nanoseconds) == [5_000_001_000, 7, 1_000])
        #expect(packets.map(\.header.originalLength) == [3, 90, 2])
        #expect(!isCut)
    }

    @Test(
        arguments: [
            ([6], 3, 3_000), ([9], 3, 3), ([3], 3, 3_000_000), ([0], 3, 3_000_000_000),
            ([12], 3_999, 3), ([0x80 | 10], 1_536, 1_500_000_000), ([0x80], 2, 2_000_000_000),
            ([0x80 | 30], 1 << 29, 500_000_000), ([127], 5, 0), ([0xFF], 5, 0), ([0], .max, .max),
            ([6], .max, .max),
        ] as [([UInt8], UInt64, Int64)]
    )
    func `counts time as the interface says`(resolution: [UInt8], ticks: UInt64, expected: Int64) throws {
        let interface = little.interface(1, little.option(9, resolution))
        let (packets, _) = try read(little.section() + interface + little.packet([1], ticks: ticks))
        #expect(packets.map(\.header.at.nanoseconds) == [expected])
    }

    @Test(
        arguments: [(100, 100_000_001_000), (-1, -999_999_000), (.max, .max), (.min, .min)]
            as [(Int64, Int64)]
    )
    func `adds the interface's offset to its times`(offset: Int64, expected: Int64) throws {
        let interface = little.interface(1, little.option(14, little.number(offset)))
        let (packets, _) = try read(little.section() + interface + little.packet([1], ticks: 1))
        let time = try #require(packets.first?.header.at.nanoseconds)
        // At the ends of the range the microsecond may or may not be lost.
        #expect(abs(time.subtractingReportingOverflow(expected).partialValue) <= 1_000)
    }

    @Test func `begins anew with each section, in whatever byte order`() throws {
        let big = PcapngBytes(isBigEndian: true)
        let bytes =
            little.section() + little.interface(1) + little.packet([1]) + big.section() + big.interface(113)
            + big.packet([2]) + big.packet([9], interface: 1)
        let (packets, _) = try read(bytes)
        #expect(packets.map(\.header.linkType) == [.ethernet, .linuxCooked])
        #expect(try contents(bytes).unreadableRecords == 1)
    }

    @Test func `reads simple packets by the first interface, at the time of the packet before`() throws {
        let bytes =
            little.section() + little.interface(1, snapLength: 2) + little.packet([1], ticks: 8)
            + little.simplePacket([1, 2, 3, 4], original: 60) + little.simplePacket([7])
        let (packets, _) = try read(bytes)
        #expect(packets.map(\.bytes) == [[1], [1, 2], [7]])
        #expect(packets.map(\.header.originalLength) == [1, 60, 1])
        #expect(packets.map(\.header.at.nanoseconds) == [8_000, 8_000, 8_000])
    }

    @Test func `reads the obsolete packet block and the drops that it names`() throws {
        let bytes =
            little.section() + little.interface() + little.interface(113)
            + little.obsoletePacket([1, 2], interface: 1, drops: 3, ticks: 4)
            + little.obsoletePacket([5], drops: .max, ticks: 6)
        let (packets, _) = try read(bytes)
        #expect(packets.map(\.bytes) == [[1, 2], [5]])
        #expect(packets.map(\.header.linkType) == [.linuxCooked, .ethernet])
        #expect(packets.map(\.header.at.nanoseconds) == [4_000, 6_000])
        #expect(try contents(bytes).kernelDrops == 3)
    }

    @Test(arguments: [false, true])
    func `counts comments, secrets, drops and blocks stepped over`(isBigEndian: Bool) throws {
        let of = PcapngBytes(isBigEndian: isBigEndian)
        let comment = of.option(1, Array("from the lab".utf8))
        func statistics(_ drops: UInt64) -> [UInt8] {
            let options = of.option(5, of.number(drops)) + of.option(7, of.number(drops + 1)) + comment
            return of.block(5, of.number(0 as UInt32) + [0, 0, 0, 0, 0, 0, 0, 0] + options)
        }
        let bytes =
            of.section(comment) + of.interface(1, comment + of.option(0, []) + comment)
            + of.block(10, of.number(0x544C_534B as UInt32) + of.number(4 as UInt32) + [1, 2, 3, 4])
            + of.block(0xBAD, [UInt8](repeating: 7, count: 1 << 20)) + of.packet([1], comment + comment)
            + statistics(2) + statistics(5)
        let contents = try contents(bytes)
        #expect(contents.comments == 6)
        #expect(contents.secrets == 1)
        #expect(contents.skippedBlocks == 1)
        #expect(contents.interfaces == 1)
        // Statistics count from the start: the last report is the sum.
        #expect(contents.interfaceDrops == 5)
        #expect(contents.kernelDrops == 6)
        #expect(try read(bytes).packets.map(\.bytes) == [[1]])
    }

    @Test func `takes a packet larger than what is read at a time`() throws {
        let large = (0..<400_000).map { UInt8(truncatingIfNeeded: $0) }
        let bytes =
            little.section() + little.interface() + little.packet([1]) + little.packet(large)
            + little.packet([2])
        #expect(try read(bytes).packets.map(\.bytes) == [[1], large, [2]])
    }

    @Test func `reads on past records that cannot be believed and counts them`() throws {
        let bytes =
            little.section() + little.interface() + little.packet([1], interface: 9)
            + little.packet([2], captured: 500) + little.packet([3], little.number(1 as UInt16) + [255, 255])
            + little.block(6, [1, 2, 3, 4]) + little.block(3, []) + little.packet([4])
        #expect(try read(bytes).packets.map(\.bytes) == [[3], [4]])
        #expect(try contents(bytes).unreadableRecords == 4)
    }

    @Test func `delivers only what the filter lets through, by each packet's own link type`() throws {
        let ipv4: [UInt8] = [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        let ethernet = [UInt8](repeating: 0, count: 12) + [0x08, 0x00] + ipv4
        let arp = [UInt8](repeating: 0, count: 12) + [0x08, 0x06] + ipv4
        let bytes =
            little.section() + little.interface(1) + little.interface(101) + little.interface(220)
            + little.packet(ethernet) + little.packet(arp) + little.packet(ipv4, interface: 1)
            + little.packet(ipv4, interface: 2)
        #expect(try read(bytes, filter: "ip proto 6").packets.map(\.bytes) == [ethernet, ipv4])
        let error = #expect(throws: PacketSourceError.self) { _ = try read(bytes, filter: "tcp prot 1") }
        #expect(error?.code == .badFilter)
    }

    @Test(
        arguments: [
            (PcapngBytes().block(6, [1, 2, 3, 4]).replacing(4, [0, 0, 0, 0]), "a block of 0 bytes"),
            (PcapngBytes().block(6, [1, 2, 3, 4]).replacing(4, [11, 0, 0, 0]), "a block of 11 bytes"),
            (PcapngBytes().block(6, [1, 2, 3, 4]).replacing(4, [252, 255, 255, 255]), "at most"),
            (
                PcapngBytes().block(6, [1, 2, 3, 4]).replacing(12, [20, 0, 0, 0]), "two lengths are 16 and 20"
            ),
            (
                PcapngBytes().block(77, [1, 2, 3, 4]).replacing(12, [20, 0, 0, 0]),
                "two lengths are 16 and 20"
            ),
            (PcapngBytes().section(major: 2), "version 2"),
            (PcapngBytes().section().replacing(8, [1, 2, 3, 4]), "byte-order magic"),
            (PcapngBytes().block(1, [1, 0, 0, 0]), "interface description"),
            (PcapngBytes().block(5, [1, 0, 0, 0]), "statistics"),
        ] as [([UInt8], String)]
    )
    func `stops at what is no block and says what was wrong`(block: [UInt8], cause: String) throws {
        let bytes = little.section() + little.interface() + little.packet([1]) + block + little.packet([2])
        var file = try CaptureFile(path: try folder.file("a.pcapng", bytes))
        let error = #expect(throws: PacketSourceError.self) { while try file.next({ _, _ in }) {} }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("after record 1;") == true)
        #expect(error?.cause?.contains(cause) == true, "\(error?.cause ?? "")")
        let hasMore = try file.next { _, _ in Issue.record("delivered a packet after the damage") }
        #expect(!hasMore)
    }

    @Test func `refuses a section with more interfaces than any machine has`() throws {
        let interface = little.interface()
        var bytes = little.section()
        for _ in 0...65_536 { bytes += interface }
        let error = #expect(throws: PacketSourceError.self) { _ = try read(bytes) }
        #expect(error?.code == .damaged)
    }

    @Test func `takes a file that ends in its first block for no capture`() throws {
        let section = little.section()
        for length in 4..<section.count {
            let error = #expect(throws: PacketSourceError.self) {
                _ = try read(Array(section.prefix(length)))
            }
            #expect(error?.code == .notACapture, "\(length) bytes")
        }
        #expect(try read(section).packets.isEmpty)
    }

    @Test func `reads what is whole of a file cut anywhere and says that it was cut`() throws {
        let head = little.section() + little.interface()
        let blocks = [
            little.packet([1, 2, 3], ticks: 1, little.option(1, [65])), little.block(99, [1, 2]),
            little.simplePacket([4]), little.packet([5]),
        ]
        let isPacket = [true, false, true, true]
        let whole = head + blocks.flatMap(\.self)
        var ends: [Int] = []
        for block in blocks { ends.append((ends.last ?? head.count) + block.count) }
        for length in head.count...whole.count {
            let (packets, isCut) = try read(Array(whole.prefix(length)))
            let expected = zip(ends, isPacket).count { $0 <= length && $1 }
            #expect(packets.count == expected, "\(length) bytes")
            #expect(isCut == !([head.count] + ends).contains(length), "\(length) bytes")
        }
    }

    @Test func `survives any change of any byte`() throws {
        let whole =
            little.section(little.option(1, [65])) + little.interface(1, little.option(9, [9]))
            + little.packet([1, 2, 3], ticks: 1, little.option(1, [65])) + little.simplePacket([4])
            + little.obsoletePacket([5, 6], ticks: 3) + little.block(10, [1, 2, 3, 4, 5])
        var outcomes = 0
        for index in 12..<whole.count {
            for value in [0x00, 0x01, 0x7F, 0x80, 0xFF] as [UInt8] {
                let path = try folder.file("b.pcapng", whole.replacing(index, [value]))
                do throws(PacketSourceError) {
                    var file = try CaptureFile(path: path)
                    while try file.next({ _, _ in }) {}
                    let recordCount = file.recordCount
                    #expect(recordCount <= 3)
                } catch {
                    #expect([.damaged, .notACapture].contains(error.code))
                }
                outcomes += 1
            }
        }
        #expect(outcomes == (whole.count - 12) * 5)
    }
}

extension [UInt8] {
    /// The bytes with some of them replaced.
    fileprivate func replacing(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        var changed = self
        changed.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        return changed
    }
}

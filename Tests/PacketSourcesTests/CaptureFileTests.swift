// Reading capture files: times, lengths, ends, and everything that is no capture.

import PacketSources
import Testing
import Traffic

struct CaptureFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `scales the microseconds of an old file to nanoseconds`() throws {
        let path = try folder.file("a.pcap", fileHead() + record(seconds: 7, fraction: 5, [1, 2, 3]))
        let (packets, _) = try readAll(CaptureFile(path: path))
        let header = PacketHeader(
            at: Timestamp(nanoseconds: 7_000_005_000),
            linkType: .ethernet,
            originalLength: 3
        )
        #expect(packets == [ReadPacket(header: header, bytes: [1, 2, 3])])
    }

    @Test func `keeps the nanoseconds of a nanosecond file`() throws {
        let head = fileHead(magic: [0x4D, 0x3C, 0xB2, 0xA1])
        let path = try folder.file("a.pcap", head + record(seconds: 7, fraction: 5, [1]))
        #expect(try readAll(CaptureFile(path: path)).packets.map(\.header.at.nanoseconds) == [7_000_000_005])
    }

    @Test func `says how long a packet was that the snap length cut`() throws {
        let path = try folder.file(
            "a.pcap",
            fileHead() + record(seconds: 0, fraction: 0, [1, 2], originalLength: 90)
        )
        let (packets, isCut) = try readAll(CaptureFile(path: path))
        #expect(packets.map(\.header.originalLength) == [90])
        #expect(packets.map(\.bytes) == [[1, 2]])
        #expect(!isCut)
    }

    @Test(arguments: [0, 1, 200] as [UInt8])
    func `reads records whole that are longer than the snap length of the head`(snapLength: UInt8) throws {
        var head = fileHead()
        head.replaceSubrange(16..<20, with: [snapLength, 0, 0, 0])
        let long = [UInt8](repeating: 7, count: 250)
        let path = try folder.file("a.pcap", head + record(seconds: 0, fraction: 0, long))
        #expect(try readAll(CaptureFile(path: path)).packets.map(\.bytes) == [long])
    }

    @Test(arguments: [(101, .raw), (1, .ethernet), (113, .linuxCooked), (228, .ipv4)] as [(UInt8, LinkType)])
    func `numbers link types as the file does`(number: UInt8, expected: LinkType) throws {
        let path = try folder.file("a.pcap", fileHead(linkType: number))
        let linkType = try CaptureFile(path: path).linkType
        #expect(linkType == expected)
    }

    @Test func `ends quietly in a file without records`() throws {
        let path = try folder.file("a.pcap", fileHead())
        let (packets, isCut) = try readAll(CaptureFile(path: path))
        #expect(packets.isEmpty)
        #expect(!isCut)
    }

    @Test func `reads what is whole of a file cut anywhere and says that it was cut`() throws {
        let one = record(seconds: 1, fraction: 0, [1, 2, 3])
        let whole = fileHead() + one + one
        for length in 24...whole.count {
            let path = try folder.file("cut.pcap", Array(whole.prefix(length)))
            let (packets, isCut) = try readAll(CaptureFile(path: path))
            #expect(packets.count == (length - 24) / one.count)
            #expect(isCut == ((length - 24) % one.count != 0), "\(length) bytes")
        }
    }

    @Test func `stays at the end once it was reached`() throws {
        let path = try folder.file("a.pcap", fileHead() + record(seconds: 1, fraction: 0, [1]) + [9])
        var file = try CaptureFile(path: path)
        while try file.next({ _, _ in }) {}
        let hasMore = try file.next { _, _ in Issue.record("delivered a packet after the end") }
        #expect(!hasMore)
        let (isCut, recordCount) = (file.isCut, file.recordCount)
        #expect(isCut)
        #expect(recordCount == 1)
    }

    @Test func `delivers what came before the damage and names how much that was`() throws {
        var damaged = record(seconds: 2, fraction: 0, [1])
        damaged.replaceSubrange(8..<12, with: [0xFF, 0xFF, 0xFF, 0xFF])  // captured length: 4 GiB
        let path = try folder.file("a.pcap", fileHead() + record(seconds: 1, fraction: 0, [7]) + damaged)
        var file = try CaptureFile(path: path)
        var seen: [[UInt8]] = []
        let error = #expect(throws: PacketSourceError.self) {
            while try file.next({ seen.append($1.array) }) {}
        }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("after record 1;") == true)
        #expect(seen == [[7]])
    }

    @Test func `delivers only what the filter lets through`() throws {
        let ipv4 = [UInt8](repeating: 0, count: 12) + [0x08, 0x00, 0x45]
        let arp = [UInt8](repeating: 0, count: 12) + [0x08, 0x06, 0x00]
        let records = record(seconds: 1, fraction: 0, arp) + record(seconds: 2, fraction: 0, ipv4)
        let path = try folder.file("a.pcap", fileHead() + records)
        #expect(try readAll(CaptureFile(path: path, filter: "ip")).packets.map(\.bytes) == [ipv4])
    }

    @Test func `names the manual page for a filter that is none`() throws {
        let path = try folder.file("a.pcap", fileHead())
        let error = #expect(throws: PacketSourceError.self) {
            _ = try CaptureFile(path: path, filter: "tcp prot 1")
        }
        #expect(error?.code == .badFilter)
        #expect(error?.message.contains("'tcp prot 1'") == true)
        #expect(error?.message.contains("man pcap-filter") == true)
        #expect(error?.cause?.isEmpty == false)
    }

    @Test func `names a file that is not there`() {
        let error = #expect(throws: PacketSourceError.self) {
            _ = try CaptureFile(path: folder.path("none.pcap"))
        }
        #expect(error?.code == .fileMissing)
        #expect(error?.message.contains("none.pcap") == true)
        #expect(error?.cause == "No such file or directory")
    }

    @Test(
        arguments: [
            [0xD4, 0xC3], Array(fileHead().prefix(20)), Array("just text, no capture at all\n".utf8),
        ]
            as [[UInt8]]
    )
    func `says what to do with a file that is no capture`(bytes: [UInt8]) throws {
        let path = try folder.file("a.txt", bytes)
        let error = #expect(throws: PacketSourceError.self) { _ = try CaptureFile(path: path) }
        #expect(error?.code == .notACapture)
        #expect(error?.message.contains("editcap") == true)
    }

    @Test func `says of an empty file that it is empty`() throws {
        let path = try folder.file("empty.pcap", [])
        let error = #expect(throws: PacketSourceError.self) { _ = try CaptureFile(path: path) }
        #expect(error?.code == .notACapture)
        #expect(error?.message.contains("is empty") == true)
    }

    @Test func `says of a folder to name the captures in it`() throws {
        let error = #expect(throws: PacketSourceError.self) { _ = try CaptureFile(path: folder.path("")) }
        #expect(error?.code == .fileUnusable)
        #expect(error?.message.contains("*.pcap") == true)
    }
}

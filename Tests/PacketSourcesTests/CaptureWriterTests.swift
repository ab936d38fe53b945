// Writing capture files: what is written is read back, by us and by the bytes.

import Foundation
import PacketSources
import Testing
import Traffic

struct CaptureWriterTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func header(_ nanoseconds: Int64, _ linkType: LinkType = .ethernet, length: Int = 3)
        -> PacketHeader
    {
        PacketHeader(at: Timestamp(nanoseconds: nanoseconds), linkType: linkType, originalLength: length)
    }

    @Test func `writes what the reader reads, to the nanosecond`() throws {
        let path = folder.path("a.pcap")
        let packets = [
            ReadPacket(header: header(1_788_091_531_002_345_678), bytes: [1, 2, 3]),
            ReadPacket(header: header(1_788_091_531_002_345_679, length: 70_000), bytes: []),
            ReadPacket(
                header: header(999_999_999, length: 65_549),
                bytes: [UInt8](repeating: 0xA5, count: 65_549)
            ),
        ]
        var writer = try CaptureWriter(path: path, linkType: .ethernet)
        for packet in packets { try writer.append(packet.header, packet.bytes) }
        try writer.close()
        #expect(try readAll(CaptureFile(path: path)).packets == packets)
    }

    @Test func `numbers raw IP as the file format does`() throws {
        let path = folder.path("raw.pcap")
        var writer = try CaptureWriter(path: path, linkType: .raw)
        try writer.append(header(0, .raw), [0x45])
        try writer.close()
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        #expect(bytes[20..<24] == [101, 0, 0, 0])
        #expect(try readAll(CaptureFile(path: path)).packets.map(\.header.linkType) == [.raw])
    }

    @Test func `shows every record to others once flushed`() throws {
        let path = folder.path("a.pcap")
        var writer = try CaptureWriter(path: path, linkType: .ethernet)
        try writer.append(header(5), [1, 2, 3])
        try writer.flush()
        #expect(try readAll(CaptureFile(path: path)).packets.map(\.bytes) == [[1, 2, 3]])
        try writer.append(header(6), [4])
        try writer.close()
        #expect(try readAll(CaptureFile(path: path)).packets.map(\.bytes) == [[1, 2, 3], [4]])
    }

    @Test func `keeps captures from other users' eyes`() throws {
        let path = folder.path("a.pcap")
        try CaptureWriter(path: path, linkType: .ethernet).close()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `refuses a packet of another link type`() throws {
        var writer = try CaptureWriter(path: folder.path("a.pcap"), linkType: .ethernet)
        let error = #expect(throws: PacketSourceError.self) {
            try writer.append(header(1, .linuxCooked), [1])
        }
        #expect(error?.code == .unsupportedLinkType)
    }

    @Test func `names a folder that is not there`() {
        let error = #expect(throws: PacketSourceError.self) {
            _ = try CaptureWriter(path: folder.path("no/such/a.pcap"), linkType: .ethernet)
        }
        #expect(error?.code == .fileMissing)
        #expect(error?.message.contains("no/such/a.pcap") == true)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func `tells when the disk is full`() throws {
        var writer = try CaptureWriter(path: "/dev/full", linkType: .ethernet)
        try writer.append(header(1), [1])
        let error = #expect(throws: PacketSourceError.self) { try writer.flush() }
        #expect(error?.code == .fileUnusable)
        #expect(error?.cause == "No space left on device")
    }
}

private extension CaptureWriter {
    mutating func append(_ header: PacketHeader, _ bytes: [UInt8]) throws {
        try write(header, bytes.span.bytes)
    }
}

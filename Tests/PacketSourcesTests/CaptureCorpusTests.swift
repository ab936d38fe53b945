// Every capture of the corpus: as many records as its manifest says, or an error with a remedy.

import Foundation
import PacketSources
import TestSupport
import Testing
import Traffic

@Suite(.enabled(if: Fixtures.corpus != nil))
struct CaptureCorpusTests {
    /// A line of MANIFEST.tsv: the file, and how many packets three other readers found in it.
    struct Entry {
        var file: String
        var packetCount: Int
    }

    private static var entries: [Entry] {
        get throws {
            let folder = try #require(Fixtures.corpus)
            let manifest = try String(contentsOf: folder.appending(path: "MANIFEST.tsv"), encoding: .utf8)
            return manifest.split(separator: "\n").dropFirst().compactMap { line in
                let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
                return Int(columns[3]).map { Entry(file: String(columns[0]), packetCount: $0) }
            }
        }
    }

    @Test func `finds the records that other readers found`() throws {
        let folder = try #require(Fixtures.corpus)
        let entries = try Self.entries
        #expect(entries.count > 100)
        for entry in entries {
            let found = try readAll(CaptureFile(path: folder.appending(path: entry.file).path))
            #expect(found.packets.count == entry.packetCount, "\(entry.file)")
        }
    }

    @Test(arguments: [
        ("file-cut-in-record.pcap", true), ("file-cut-in-record-header.pcap", true),
        ("file-nanosecond-le.pcap", false), ("file-records-out-of-order.pcap", false),
        ("file-snaplen-max.pcap", false), ("file-linktype-unknown.pcap", false),
    ])
    func `reads odd files to their end`(name: String, isCut: Bool) throws {
        let file = try CaptureFile(path: try hostile(name))
        #expect(try readAll(file).isCut == isCut)
    }

    @Test(
        arguments: [
            ("file-not-a-pcap-png.png", .notACapture), ("file-not-a-pcap-text.pcap", .notACapture),
            ("file-header-cut.pcap", .notACapture), ("file-giant-caplen.pcap", .damaged),
        ] as [(String, PacketSourceError.Code)]
    )
    func `refuses what is no capture`(name: String, code: PacketSourceError.Code) throws {
        let path = try hostile(name)
        let error = #expect(throws: PacketSourceError.self) { _ = try readAll(CaptureFile(path: path)) }
        #expect(error?.code == code)
    }

    /// What another reader says of one packet; records that are no packets have no lengths there.
    struct Fact: Hashable, Decodable {
        var kind: String
        var time: Int64?
        var caplen: Int?
        var len: Int?
        var encap: Int?

        enum CodingKeys: String, CodingKey {
            case kind, caplen, len, encap
            case time = "t_ns"
        }
    }

    @Test func `gives every packet of the link captures the time and lengths that another reader gives it`()
        throws
    {
        let folder = try #require(Fixtures.corpus)
        let names = try Self.entries.map(\.file).filter { $0.hasPrefix("link/") }
        #expect(names.count > 50)
        for name in names {
            let answer = try String(
                contentsOf: folder.appending(path: "expected/\(name).jsonl"),
                encoding: .utf8
            )
            let facts = try answer.split(separator: "\n")
                .map { try JSONDecoder().decode(Fact.self, from: Data($0.utf8)) }
                .filter { $0.kind == "pkt" && $0.encap != -1 }
            let packets = try readAll(CaptureFile(path: folder.appending(path: name).path)).packets
            #expect(packets.map(\.bytes.count) == facts.map(\.caplen), "\(name)")
            #expect(packets.map(\.header.originalLength) == facts.map(\.len), "\(name)")
            for (packet, fact) in zip(packets, facts) {
                // A simple packet has no time: that of the packet before is as good as any.
                guard let time = fact.time else { continue }
                #expect(packet.header.at.nanoseconds == time, "\(name)")
            }
        }
    }

    @Test(
        arguments: [
            ("pcapng-block-length-zero.pcapng", 0), ("pcapng-block-length-11.pcapng", 0),
            ("pcapng-block-length-huge.pcapng", 0), ("pcapng-trailer-mismatch.pcapng", 0),
        ] as [(String, Int)]
    )
    func `stops at a block that cannot be believed`(name: String, count: Int) throws {
        var file = try CaptureFile(path: try hostile(name))
        let error = #expect(throws: PacketSourceError.self) { while try file.next({ _, _ in }) {} }
        #expect(error?.code == .damaged)
        let recordCount = file.recordCount
        #expect(recordCount == count)
    }

    @Test(
        arguments: [
            ("pcapng-plain.pcapng", 23, 0), ("pcapng-tsresol-absurd.pcapng", 23, 0),
            ("pcapng-options-overrun.pcapng", 23, 0), ("pcapng-nrb-comment-ansi.pcapng", 23, 0),
            ("pcapng-epb-interface-99.pcapng", 0, 1), ("pcapng-epb-caplen-over-block.pcapng", 0, 1),
        ] as [(String, Int, Int64)]
    )
    func `reads on past records that lie`(name: String, count: Int, unreadable: Int64) throws {
        var file = try CaptureFile(path: try hostile(name))
        while try file.next({ _, _ in }) {}
        let (recordCount, contents) = (file.recordCount, file.contents)
        #expect(recordCount == count)
        #expect(contents.unreadableRecords >= unreadable)
    }

    private func hostile(_ name: String) throws -> String {
        try #require(Fixtures.corpus).appending(path: "hostile/\(name)").path
    }
}

// Every capture of the corpus: as many records as its manifest says, or an error with a remedy.

import Foundation
import PacketSources
import TestSupport
import Testing

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
            do {
                let found = try readAll(CaptureFile(path: folder.appending(path: entry.file).path))
                #expect(found.packets.count == entry.packetCount, "\(entry.file)")
            } catch let error as PacketSourceError {
                #expect(error.code == .mixedInterfaces, "\(entry.file): \(error)")
            }
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

    @Test func `advises how to split a capture of several kinds of interface`() throws {
        let path = try #require(Fixtures.corpus).appending(path: "link/pcapng-le-difficult-test202.pcapng")
            .path
        let error = #expect(throws: PacketSourceError.self) { _ = try readAll(CaptureFile(path: path)) }
        #expect(error?.code == .mixedInterfaces)
        #expect(error?.message.contains("frame.interface_id == 0") == true)
        #expect(error?.message.contains("editcap") == true)
    }

    private func hostile(_ name: String) throws -> String {
        try #require(Fixtures.corpus).appending(path: "hostile/\(name)").path
    }
}

// Names that did not resolve and servers that refused, from the capture to the session and again from the store.

import Foundation
import Pipeline
import Store
import TestSupport
import Testing

struct UnreachedServerTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func write(_ name: String, _ bytes: [UInt8]) throws -> URL {
        let file = folder.url.appending(path: name)
        try Data(bytes).write(to: file)
        return file
    }

    private func capture(_ url: String, _ happening: (inout SpokenCapture) -> Void) throws -> URL {
        var upgrade = FailedUpgrade(url: url)
        happening(&upgrade.capture)
        upgrade.fail()
        return try write("whole.pcap", upgrade.capture.bytes)
    }

    private static let cause = "SELECT failure_class, failure_source, failure_evidence FROM session"
    private static let unreached =
        "SELECT client, server, name, cause, count FROM unreached ORDER BY started_at"

    @Test func `finds that the name of a firmware server did not resolve, and again from the store`()
        async throws
    {
        let file = try capture("http://ota.example/fw.bin") { $0.lookUp("ota.example", code: 3) }
        let imported = try await ImportedStore([file])
        let sentence =
            "there is no name ota.example, 10.0.0.53 told 10.0.0.1, then the device reported FAILED"
        #expect(try imported.rows(Self.cause) == [["dns-failure", "measured", sentence]])
        #expect(
            try imported.rows(Self.unreached)
                == [["10.0.0.1:30000", "10.0.0.53:53", "ota.example", "no-such-name", "1"]]
        )
        let report = try Rederivation.report(imported.store, dialects: BuiltInDialects.load()) { _ in }
        #expect(report.changes.isEmpty)
        #expect(report.evidenceRead == 4)
    }

    @Test func `finds that a firmware server refused the connection, by the name it was looked up by`()
        async throws
    {
        let file = try capture("http://ota.example:8080/fw.bin") {
            $0.lookUp("ota.example", code: nil)
            $0.refuse(from: 40_000, to: 8_080)
        }
        let imported = try await ImportedStore([file])
        let sentence = "ota.example (10.0.0.2:8080) refused the connection from 10.0.0.1, "
        #expect(
            try imported.rows(Self.cause)
                == [["connect-failure", "measured", sentence + "then the device reported FAILED"]]
        )
        try Rederivation.run(imported.store, dialects: BuiltInDialects.load())
        #expect(try imported.rows(Self.cause)[0][0] == "connect-failure")
    }

    @Test func `blames no other name and no other port`() async throws {
        let file = try capture("http://ota.example:8080/fw.bin") {
            $0.lookUp("other.example", code: 3)
            $0.lookUp("ota.example", code: nil)
            $0.refuse(from: 40_000, to: 8_081)
        }
        let imported = try await ImportedStore([file])
        #expect(try imported.rows("SELECT count(*) FROM unreached") == [["2"]])
        #expect(try imported.rows("SELECT failure_class FROM session") == [["other"]])
    }

    /// One recorder saw the messages and another one the look-ups.
    @Test func `finds the cause in whatever order captures are imported`() async throws {
        let whole = try capture("http://ota.example/fw.bin") { $0.lookUp("ota.example", code: 2) }
        let pieces = try SpokenPieces(whole)
        let messages = try write(
            "messages.pcap",
            pieces.header + pieces.packets.filter { !$0.isLookUp }.joined()
        )
        let lookUps = try write("look-ups.pcap", pieces.header + pieces.packets.filter(\.isLookUp).joined())
        let atOnce = try await ImportedStore([whole])
        for files in [[messages, lookUps], [lookUps, messages]] {
            let imported = try await ImportedStore(files)
            #expect(try imported.rows(Self.cause) == atOnce.rows(Self.cause))
            #expect(try imported.rows(Self.cause)[0][0] == "dns-failure")
            let report = try Rederivation.report(imported.store, dialects: BuiltInDialects.load()) { _ in }
            #expect(report.changes.isEmpty)
        }
    }

    @Test func `forgets what was not reached along with its recording`() async throws {
        let file = try capture("http://ota.example/fw.bin") { $0.lookUp("ota.example", code: 3) }
        let imported = try await ImportedStore([file])
        try imported.store.removeRecording(1)
        #expect(try imported.rows("SELECT count(*) FROM unreached") == [["0"]])
    }

    @Test(.enabled(if: Tshark.isInstalled, "tshark is not installed"))
    func `reads the names and codes that tshark reads`() async throws {
        let file = try capture("http://ota.example/fw.bin") {
            for code in [2, 3, 5] as [UInt8] { $0.lookUp("n\(code).example", code: code) }
        }
        let fields = try await Tshark.fields(
            ["dns.qry.name", "dns.flags.rcode"],
            of: file.path,
            where: "dns.flags.response == 1",
            as: "udp.port==53,dns"
        )
        #expect(fields["dns.flags.rcode"] == ["2", "3", "5"])
        let imported = try await ImportedStore([file])
        #expect(
            try imported.rows("SELECT name FROM unreached ORDER BY id").compactMap(\.first)
                == fields["dns.qry.name"]
        )
        #expect(
            try imported.rows("SELECT cause FROM unreached ORDER BY id")
                == [["resolver-failed"], ["no-such-name"], ["resolver-refused"]]
        )
    }
}

/// The packets of a capture that was spoken, big end first.
private struct SpokenPieces {
    let header: [UInt8]
    let packets: [[UInt8]]

    init(_ file: URL) throws {
        let bytes = try [UInt8](Data(contentsOf: file))
        var packets: [[UInt8]] = []
        var offset = 24
        while offset < bytes.count {
            let length = bytes[offset + 8..<offset + 12].reduce(0) { $0 << 8 | Int($1) }
            packets.append(Array(bytes[offset..<offset + 16 + length]))
            offset += 16 + length
        }
        header = Array(bytes.prefix(24))
        self.packets = packets
    }
}

private extension [UInt8] {
    /// Whether it is a record of a UDP packet.
    var isLookUp: Bool { self[16 + 9] == 17 }
}

// Capture files as users have them: compressed, or of links that carry no IP.

import Foundation
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct CaptureInputTests {
    private let folder: ScratchFolder
    private let capture = Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap").path

    init() throws {
        folder = try ScratchFolder()
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: folder.path(name)))
        return folder.path(name)
    }

    @Test func `inspects and imports a compressed capture as the plain one`() async throws {
        let packed = try write("packed", [])
        _ = try await ChildProcess.named("gzip", ["-c", capture], output: URL(filePath: packed))
        let plain = try await Program.run(["inspect", capture])
        let unpacked = try await Program.run(["inspect", packed])
        #expect(!plain.output.isEmpty)
        #expect(unpacked.output == plain.output)
        #expect(unpacked.notes == plain.notes)
        let run = try await Program.run(["import", "--store", folder.path("a.sqlite"), packed])
        #expect(run.exitCode == 0, "\(run.notes)")
    }

    @Test func `names the program that is missing to unpack a capture`() async throws {
        let packed = try write("packed", [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3, 4])
        let run = try await Program.run(["inspect", packed], environment: ["PATH": "/nonexistent"])
        #expect(run.exitCode == 2)
        #expect(run.notes.contains("apt-get install zstd"))
    }

    @Test func `names a link type that is not supported, and keeps no recording of it`() async throws {
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: capture)))
        bytes.replaceSubrange(20..<24, with: [220, 0, 0, 0])
        let usb = try write("usb.pcap", bytes)
        let run = try await Program.run(["inspect", usb])
        #expect(run.exitCode == 2)
        #expect(run.notes.contains("unsupported link type 220 (USB"))
        let store = folder.path("a.sqlite")
        let imported = try await Program.run(["import", "--store", store, usb])
        #expect(imported.exitCode == 2)
        #expect(!FileManager.default.fileExists(atPath: store), "nothing to import makes no store")
        // Beside a capture that can be read it is passed over.
        let both = try await Program.run(["import", "--store", store, usb, capture])
        #expect(both.exitCode == 2)
        #expect(both.notes.contains("passed over:"))
        let rows = try await Program.run(
            ["query", "--sql", "SELECT count(*) AS n FROM recording", "--store", store, "--format", "json"]
        )
        #expect(rows.output.filter(\.isNumber) == "1", "\(rows.output)\(rows.notes)")
    }
}

// Captures in gzip and zstd, whole, broken and let go of early.

import Foundation
import PacketSources
import TestSupport
import Testing

private let hasZstandard = ["/usr/bin/zstd", "/usr/local/bin/zstd", "/bin/zstd"]
    .contains { FileManager.default.isExecutableFile(atPath: $0) }

/// Serialized, because one test looks at this process's children.
@Suite(.serialized)
struct CompressedCaptureTests {
    private let folder: TemporaryFolder
    private let records = (0..<5_000).flatMap {
        record(seconds: UInt8($0 & 0x7F), fraction: 0, (0..<40).map { UInt8(truncatingIfNeeded: $0 &* 37) })
    }

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Compresses bytes into a file whose name does not tell.
    private func compressed(_ bytes: [UInt8], with program: String) async throws -> String {
        let plain = try folder.file("plain", bytes)
        let path = try folder.file("capture.bin", [])
        let status = try await ChildProcess.named(program, ["-c", plain], output: URL(filePath: path))
        #expect(status == 0)
        return path
    }

    @Test func `reads gzip as it reads the plain file`() async throws {
        let path = try await compressed(fileHead() + records, with: "gzip")
        let (packets, isCut) = try readAll(CaptureFile(path: path))
        #expect(packets.count == 5_000)
        #expect(packets == (try readAll(CaptureFile(path: folder.path("plain"))).packets))
        #expect(!isCut)
    }

    @Test(.enabled(if: hasZstandard)) func `reads zstd as it reads the plain file`() async throws {
        let path = try await compressed(fileHead() + records, with: "zstd")
        #expect(try readAll(CaptureFile(path: path)).packets.count == 5_000)
        // A skippable frame before the first one. RFC 8878 §3.1.2
        let skippable: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 9, 9]
        let frames = try [UInt8](Data(contentsOf: URL(filePath: path)))
        let other = try folder.file("other.bin", skippable + frames)
        #expect(try readAll(CaptureFile(path: other)).packets.count == 5_000)
    }

    @Test func `reads pcapng in gzip`() async throws {
        let of = PcapngBytes()
        let path = try await compressed(of.section() + of.interface() + of.packet([1, 2]), with: "gzip")
        #expect(try readAll(CaptureFile(path: path)).packets.map(\.bytes) == [[1, 2]])
    }

    @Test func `delivers what comes before the damage of an archive and names the remedy`() async throws {
        let path = try await compressed(fileHead() + records, with: "gzip")
        let archive = try [UInt8](Data(contentsOf: URL(filePath: path)))
        let cut = try folder.file("cut.bin", Array(archive.prefix(archive.count * 3 / 4)))
        var file = try CaptureFile(path: cut)
        var count = 0
        let error = #expect(throws: PacketSourceError.self) { while try file.next({ _, _ in count += 1 }) {} }
        #expect(count > 1_000)
        #expect(count < 5_000)
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("after record \(count);") == true)
        #expect(error?.message.contains("gzip -t") == true)
        #expect(error?.cause?.contains("unexpected end of file") == true)
        let hasMore = try file.next { _, _ in Issue.record("delivered a packet after the end") }
        #expect(!hasMore)
    }

    @Test(arguments: [[0x1F, 0x8B, 8, 0, 0], [0x1F, 0x8B, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]] as [[UInt8]])
    func `says that an archive is none`(bytes: [UInt8]) throws {
        let path = try folder.file("a.gz", bytes)
        let error = #expect(throws: PacketSourceError.self) { _ = try CaptureFile(path: path) }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("gzip -t") == true)
    }

    @Test func `calls what is no capture none, whatever it is packed in`() async throws {
        let text = try await compressed(Array("no capture at all".utf8), with: "gzip")
        let error = #expect(throws: PacketSourceError.self) { _ = try CaptureFile(path: text) }
        #expect(error?.code == .notACapture)
    }

    @Test func `leaves no child behind when the file is let go of early`() async throws {
        let path = try await compressed(fileHead() + records + records + records, with: "gzip")
        func readOne() throws {
            var file = try CaptureFile(path: path)
            let isFirst = try file.next { _, _ in }
            #expect(isFirst)
            #expect(children(named: "gzip") == 1)
        }
        try readOne()
        #expect(children(named: "gzip") == 0)
        _ = try readAll(CaptureFile(path: path))
        #expect(children(named: "gzip") == 0)
    }

    /// This process's children of a name, ended but unreaped ones included. proc_pid_stat(5)
    private func children(named name: String) -> Int {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let parent = "\(ProcessInfo.processInfo.processIdentifier)"
        return processes.filter { Int($0) != nil }.count { process in
            let line = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            guard let end = line.lastIndex(of: ")") else { return false }
            return line[..<end].hasSuffix("(\(name)") && line[end...].split(separator: " ")[2] == parent
        }
    }
}

// The same captures give the same sessions: in one go, one by one, in pieces, in any order.

import CustomDump
import Foundation
import Pipeline
import Store
import TestSupport
import Testing

struct ImportOrderTests {
    private static let captures = [
        "iot-cloud-ota-success", "iot-cloud-ota-missing", "jetlinks-corrupted", "jetlinks-success",
    ].map { Fixtures.captures.appending(path: "\($0).pcap") }

    private static let corpus = ["ota-A-3", "ota-A-3-device", "ota-B-3", "ota-B-3-device"]
        .compactMap { name in Fixtures.corpus.map { $0.appending(path: "ota/\(name).pcapng") } }

    /// The sessions of these files, each imported as by a program of its own, as they are derived in the end.
    private static func sessions(_ files: [URL], inOneGo: Bool = false) async throws -> [Substring] {
        let folder = try ScratchFolder()
        let path = folder.path("order.sqlite")
        if inOneGo {
            let store = try UpgradeStore.open(path: path, .createIfMissing)
            let importer = CaptureImport(store: store, dialects: try BuiltInDialects.load())
            for file in files { _ = try await importer.run(path: file.path) { _ in } }
        } else {
            for file in files {
                let store = try UpgradeStore.open(path: path, .createIfMissing)
                let importer = CaptureImport(store: store, dialects: try BuiltInDialects.load())
                _ = try await importer.run(path: file.path) { _ in }
            }
        }
        let store = try UpgradeStore.open(path: path, .createIfMissing)
        let imported = try GoldenSessions.json(of: store)
        let report = try Rederivation.report(store, dialects: BuiltInDialects.load()) { _ in }
        #expect(report.changes.isEmpty, "deriving once more changes nothing: \(report.changes.fields)")
        #expect(try GoldenSessions.json(of: store) == imported)
        return imported.split(separator: "\n")
    }

    @Test func `gives the same sessions in one go, one by one, and in any order`() async throws {
        let atOnce = try await Self.sessions(Self.captures, inOneGo: true)
        #expect(atOnce.count { $0.contains("\"command\"") } == 4)
        let oneByOne = try await Self.sessions(Self.captures)
        expectNoDifference(oneByOne, atOnce)
        let reversed = try await Self.sessions(Self.captures.reversed())
        expectNoDifference(reversed, atOnce)
        let shuffled = try await Self.sessions([2, 0, 3, 1].map { Self.captures[$0] })
        expectNoDifference(shuffled, atOnce)
    }

    @Test(.enabled(if: Fixtures.corpus != nil, "the corpus is not beside the project"))
    func `gives the same sessions of several taps in any order`() async throws {
        let atOnce = try await Self.sessions(Self.corpus, inOneGo: true)
        let reversed = try await Self.sessions(Self.corpus.reversed())
        expectNoDifference(reversed, atOnce)
        let shuffled = try await Self.sessions([1, 3, 0, 2].map { Self.corpus[$0] })
        expectNoDifference(shuffled, atOnce)
    }

    /// Between the pieces the recorder was not there for a moment, and lost nothing: each is a recording of its own.
    @Test(arguments: [
        "iot-cloud-ota-success", "jetlinks-success", "iot-cloud-ota-missing", "jetlinks-missing",
    ])
    func `gives the same sessions in pieces, sessions across them, in any order`(name: String) async throws {
        let file = Fixtures.captures.appending(path: "\(name).pcap")
        let folder = try ScratchFolder()
        let whole = try await Self.sessions([file])
        let pieces = try CapturePieces(file)
        // A download that a seam goes through is two halves; so the seams lie before and after it.
        let imported = try await ImportedStore([file])
        let times = try imported.rows("SELECT accepted_at, transfer_ended_at FROM session")
        let cuts = try times[0].map { text in
            let time = try #require(Int64(text))
            return try #require(pieces.times.firstIndex { $0 > time })
        }
        let files = try pieces.write(cutAt: cuts, to: folder.url, named: "piece")
        let inOrder = try await Self.sessions(files)
        expectNoDifference(inOrder, whole)
        let reversed = try await Self.sessions(files.reversed())
        expectNoDifference(reversed, whole)
    }
}

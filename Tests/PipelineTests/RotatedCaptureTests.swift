// A capture that was written into several files, cut anywhere: given together they are read as one.

import CustomDump
import Foundation
import Pipeline
import Store
import TestSupport
import Testing
import Traffic

struct RotatedCaptureTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Imports files as `otatape import` does; for each recording the files it was read from.
    private func load(_ files: [URL], into store: UpgradeStore) async throws -> [[String]] {
        let importer = CaptureImport(store: store, dialects: try BuiltInDialects.load())
        var series = CaptureSeries(files.map(\.path))
        var read: [[String]] = []
        while let path = series.takeFirst() {
            let candidates = series.likely(after: path)
            let summary = try await importer.run(path: path, continuedBy: candidates) { _ in }
            series.remove(summary.paths.filter { $0 != path })
            read.append(summary.paths)
        }
        return read
    }

    private func emptyStore() async throws -> ImportedStore { try await ImportedStore([]) }

    /// Pieces of a demo's capture, one seam in the middle of a download and one between two messages.
    private func pieces(of name: String) async throws -> (whole: URL, pieces: [URL]) {
        let file = Fixtures.captures.appending(path: "\(name).pcap")
        let pieces = try CapturePieces(file)
        let imported = try await ImportedStore([file])
        let times = try imported.rows(
            "SELECT responded_at, t.ended_at, offered_at FROM transfer AS t, session LIMIT 1"
        )
        let (start, end, offer) = try (number(times[0][0]), number(times[0][1]), number(times[0][2]))
        let cuts = try [(start + end) / 2, offer].map { time in
            try #require(pieces.times.firstIndex { $0 > time })
        }
        return (file, try pieces.write(cutAt: cuts, to: folder.url, named: name))
    }

    private func number(_ text: String) throws -> Int64 { try #require(Int64(text)) }

    private static let evidence = [
        "SELECT recorded_at, payload, device_id, is_to_broker FROM message ORDER BY id",
        "SELECT url, body_bytes, missing_bytes, sha256, end, started_at, ended_at FROM transfer ORDER BY id",
        "SELECT number, client, server, opened_at, closed_at, end FROM connection ORDER BY number",
        "SELECT packets, captured_bytes, messages_seen, gaps, stray_segments, ended_at FROM recording",
    ]

    @Test(arguments: ["iot-cloud-ota-success", "jetlinks-corrupted"])
    func `gives what the whole capture gives, digests included, in any order`(name: String) async throws {
        let (file, pieces) = try await pieces(of: name)
        #expect(pieces.count == 3)
        let whole = try await ImportedStore([file])
        for files in [pieces, pieces.reversed()] {
            let parts = try await emptyStore()
            #expect(try await load(files, into: parts.store) == [pieces.map(\.path)])
            expectNoDifference(
                try GoldenSessions.json(of: parts.store),
                try GoldenSessions.json(of: whole.store)
            )
            for query in Self.evidence {
                expectNoDifference(try parts.rows(query), try whole.rows(query))
            }
            let source = try parts.rows("SELECT source, state FROM recording")
            let expected = "\(pieces[0].path) … \(pieces[2].path) (3 files)"
            #expect(source == [[expected, "finished"]])
        }
    }

    @Test func `refuses each of the files a second time`() async throws {
        let (_, pieces) = try await pieces(of: "jetlinks-success")
        let parts = try await emptyStore()
        _ = try await load(pieces, into: parts.store)
        for piece in pieces {
            await #expect(throws: StoreError.self) { _ = try await load([piece], into: parts.store) }
        }
        #expect(try parts.rows("SELECT count(*) FROM recording_file") == [["3"]])
    }

    @Test func `keeps captures apart that do not continue one another`() async throws {
        let files = ["iot-cloud-ota-success", "iot-cloud-ota-missing", "jetlinks-success"]
            .map { Fixtures.captures.appending(path: "\($0).pcap") }
        let store = try await emptyStore()
        #expect(try await load(files, into: store.store).map(\.count) == [1, 1, 1])
        // A piece that is missing leaves a hole: what comes after it is a recording of its own.
        let (_, pieces) = try await pieces(of: "jetlinks-corrupted")
        let torn = try await emptyStore()
        #expect(try await load([pieces[0], pieces[2]], into: torn.store).map(\.count) == [1, 1])
    }

    @Test(arguments: [[0, 1, 2], [2, 1, 0], [0, 2, 1]])
    func `gives the same when each is imported by itself, in any order`(order: [Int]) async throws {
        let (file, pieces) = try await pieces(of: "jetlinks-corrupted")
        let whole = try await ImportedStore([file])
        let parts = try await ImportedStore(order.map { pieces[$0] })
        expectNoDifference(
            try GoldenSessions.json(of: parts.store),
            try GoldenSessions.json(of: whole.store)
        )
        expectNoDifference(try parts.rows(Self.evidence[1]), try whole.rows(Self.evidence[1]))
        #expect(
            try parts.rows("SELECT path FROM recording_file ORDER BY position") == pieces.map { [$0.path] }
        )
        #expect(try parts.rows("SELECT count(*) FROM recording") == [["1"]])
    }

    @Test
    func `calls a download that a file's end goes through unseen, not cut short, where the file is gone`()
        async throws
    {
        let (file, pieces) = try await pieces(of: "jetlinks-success")
        let whole = try await ImportedStore([file])
        for (number, files) in [pieces, pieces.reversed()].enumerated() {
            let parts = try await emptyStore()
            for piece in files {
                let copy = folder.url.appending(path: "\(number)-\(piece.lastPathComponent)")
                try FileManager.default.copyItem(at: piece, to: copy)
                _ = try await load([copy], into: parts.store)
                try FileManager.default.removeItem(at: copy)
            }
            let halves = try parts.rows("SELECT end FROM transfer")
            #expect(halves == [["open"]])
            let outcome = "SELECT device_id, command, attempt, state, outcome, failure_class FROM session"
            expectNoDifference(try parts.rows(outcome), try whole.rows(outcome))
            let found = try parts.rows(
                "SELECT code FROM anomaly WHERE code IN ('truncated-fetch', 'size-mismatch')"
            )
            #expect(found.isEmpty)
        }
    }
}

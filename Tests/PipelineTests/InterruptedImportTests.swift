// An import that is killed: what the store held before is still there, and the next one comes to the same.

import CustomDump
import Foundation
import Sessions
import Store
import TestSupport
import Testing
import Traffic

@testable import Pipeline

struct InterruptedImportTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func open(_ path: String) throws -> UpgradeStore {
        try UpgradeStore.open(path: path, .createIfMissing)
    }

    @discardableResult
    private func load(
        _ file: URL,
        into store: UpgradeStore,
        continuedBy candidates: [URL] = [],
        progress: (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportSummary {
        let importer = CaptureImport(store: store, dialects: try BuiltInDialects.load())
        return try await importer.run(
            path: file.path,
            continuedBy: candidates.map { CaptureSeries.File($0.path) },
            progress: progress
        )
    }

    /// A capture in three pieces, a download across the first seam.
    private func pieces() async throws -> [URL] {
        let file = Fixtures.captures.appending(path: "jetlinks-corrupted.pcap")
        let times = try await ImportedStore([file]).store.query(
            sql: "SELECT (responded_at + ended_at) / 2, ended_at FROM transfer"
        )
        let pieces = try CapturePieces(file)
        let cuts = try times.rows[0].map { value in
            guard case .integer(let time) = value else { throw CocoaError(.coderInvalidValue) }
            return try #require(pieces.times.firstIndex { $0 > time })
        }
        return try pieces.write(cutAt: cuts, to: folder.url, named: "piece")
    }

    /// Takes a store's files as they are: what a kill at this moment leaves.
    ///
    /// For moments at which nothing is written, such as the reading of a file smaller than a batch.
    private func leave(_ store: UpgradeStore, as name: String) throws -> String {
        let path = folder.path(name)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: store.path + suffix, toPath: path + suffix)
        }
        return path
    }

    private static let evidence = [
        "SELECT id, recorded_at, payload, device_id FROM message ORDER BY id",
        "SELECT id, url, body_bytes, sha256, end, session_id FROM transfer ORDER BY id",
        "SELECT source, state, packets, messages_kept FROM recording",
        "SELECT path, sha256 FROM recording_file ORDER BY sha256",
        "SELECT session_id, message_id FROM session_message ORDER BY 1, 2",
    ]

    private func evidence(of store: UpgradeStore) throws -> [String] {
        try Self.evidence.map { "\(try store.query(sql: $0).rows)" } + [GoldenSessions.json(of: store)]
    }

    @Test(arguments: [[0, 1], [1, 0]])
    func `loses nothing of the recording that it reads again, whenever it is killed`(order: [Int])
        async throws
    {
        let pieces = try await pieces()
        let store = try open(folder.path("first.sqlite"))
        try await load(pieces[order[0]], into: store)
        let before = try evidence(of: store)
        var left: [String] = []
        var failure: (any Error)?
        try await load(pieces[order[1]], into: store) { _ in
            do { left.append(try leave(store, as: "\(left.count).sqlite")) } catch { failure = error }
        }
        #expect(failure == nil)
        let after = try GoldenSessions.json(of: store)
        try #require(!left.isEmpty)
        for path in left {
            let killed = try open(path)
            #expect(try killed.recordings().contains { $0.state == .running }, "it was in the middle of it")
            try RecorderLock(of: killed).release()
            expectNoDifference(try evidence(of: killed), before)
            try await load(pieces[order[1]], into: killed)
            #expect(try killed.recordings().map(\.state) == [.finished])
            expectNoDifference(try GoldenSessions.json(of: killed), after)
        }
    }

    /// A store whose import of all pieces was killed before it ended, as the next start has it.
    private func killed(_ pieces: [URL]) async throws -> UpgradeStore {
        let store = try open(folder.path("whole.sqlite"))
        var left = ""
        var failure: (any Error)?
        try await load(pieces[0], into: store, continuedBy: Array(pieces.dropFirst())) { _ in
            do { left = try leave(store, as: "\(UUID().uuidString).sqlite") } catch { failure = error }
        }
        #expect(failure == nil)
        let killed = try open(left)
        try RecorderLock(of: killed).release()
        #expect(try killed.recordings().map(\.state) == [.interrupted])
        return killed
    }

    @Test(arguments: 0..<3)
    func `reads all files again that an import was cut off in, whichever is asked for`(asked: Int)
        async throws
    {
        let pieces = try await pieces()
        let store = try await killed(pieces)
        let summary = try await load(pieces[asked], into: store)
        #expect(summary.paths == pieces.map(\.path))
        #expect(try store.recordings().map(\.state) == [.finished])
        let whole = try await ImportedStore([Fixtures.captures.appending(path: "jetlinks-corrupted.pcap")])
        expectNoDifference(try GoldenSessions.json(of: store), try GoldenSessions.json(of: whole.store))
        #expect(try store.recordingsWithoutSessions().isEmpty)
    }

    @Test func `keeps what an import came to that was cut off, where a file of it is gone`() async throws {
        let pieces = try await pieces()
        let store = try await killed(pieces)
        try FileManager.default.removeItem(at: pieces[0])
        try await load(pieces[1], into: store)
        #expect(try store.recordings().map(\.state) == [.interrupted, .finished])
        let files = "SELECT recording_id, path FROM recording_file ORDER BY path"
        let held = try store.query(sql: files).rows
        #expect(held.map { $0[0] } == [.integer(1), .integer(2), .integer(1)])
    }

    @Test func `tells of devices let go when sessions are derived from all evidence`() async throws {
        let captures = ["iot-cloud-ota-success", "jetlinks-success"]
            .map { Fixtures.captures.appending(path: "\($0).pcap") }
        let store = try open(folder.path("bounded.sqlite"))
        var limits = TrackerLimits()
        limits.devices = 1
        let importer = CaptureImport(store: store, dialects: try BuiltInDialects.load(), sessions: limits)
        _ = try await importer.run(path: captures[0].path) { _ in }
        let summary = try await importer.run(path: captures[1].path) { _ in }
        let stored = try #require(try store.recordings().last).counts.losses
        #expect(stored.devicesLetGo > 0)
        #expect(summary.kept.losses.devicesLetGo == stored.devicesLetGo)
    }
}

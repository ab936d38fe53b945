// A recording that is read again stays until the one that takes its place is whole.

import TestSupport
import Testing
import Traffic

@testable import Store

struct ReplacedRecordingTests {
    let folder: ScratchFolder
    let store: UpgradeStore
    private let digests = ["a", "b", "c"].map { String(repeating: $0, count: 64) }

    init() throws {
        folder = try ScratchFolder()
        store = try folder.store()
    }

    /// A recording of these files, with a message.
    private func imported(_ digests: [String], message id: Int64) throws -> Int64 {
        let recording = try store.begin(.file, sha256: digests[0])
        try store.write { $0.messages = [StoredMessage(id: id, message: .sample(recording: recording))] }
        try store.finishImport(.sample(of: recording, digests))
        return recording
    }

    private func begin(replacing replaced: [Int64], _ digest: String) throws -> Int64 {
        let id = try store.beginRecording(
            RecordingStart(
                source: "x",
                kind: .file,
                startedAt: .after(0),
                fileSHA256: digest,
                toolVersion: "1"
            ),
            replacing: replaced
        )
        try store.write { $0.messages = [StoredMessage(id: 9, message: .sample(recording: id))] }
        return id
    }

    private func messages() throws -> [Int64] {
        try store.query(sql: "SELECT id FROM message ORDER BY id").rows.compactMap { row in
            if case .integer(let id) = row[0] { id } else { nil }
        }
    }

    private func files(of id: Int64) throws -> Int {
        try store.query(sql: "SELECT * FROM recording_file WHERE recording_id = \(id)").rows.count
    }

    @Test func `is there until then, and gone in the same moment`() throws {
        let first = try imported([digests[0]], message: 1)
        let second = try begin(replacing: [first], digests[0])
        #expect(try messages() == [1, 9])
        #expect(throws: StoreError.self) { try begin(replacing: [], digests[0]) }
        try store.addFile(.init(path: "/b", sha256: digests[1]), to: second, calling: "a … b")
        try store.finishImport(.sample(of: second, Array(digests[..<2])))
        #expect(try messages() == [9])
        #expect(try store.recordings().map(\.id) == [second])
        #expect(try files(of: second) == 2)
        try store.expectNoDanglingReference()
    }

    @Test func `is there as it was when the other one was cut off`() throws {
        let first = try imported([digests[0]], message: 1)
        _ = try begin(replacing: [first], digests[0])
        try store.interruptRunningRecordings()
        #expect(try messages() == [1])
        #expect(try store.recordings().map(\.state) == [.finished])
        #expect(try files(of: first) == 1)
        let third = try begin(replacing: [first], digests[0])
        #expect(try messages() == [1, 9])
        try store.finishImport(.sample(of: third, [digests[0]]))
        #expect(try messages() == [9])
    }

    @Test func `stays when not all of its files were read again`() throws {
        let cut = try store.begin(.file, sha256: digests[0])
        try store.addFile(.init(path: "/b", sha256: digests[1]), to: cut, calling: "a … b")
        try store.write { $0.messages = [StoredMessage(id: 1, message: .sample(recording: cut))] }
        try store.interruptRunningRecordings()
        #expect(try store.unfinishedImport(of: digests[1])?.files.map(\.sha256) == Array(digests[..<2]))
        let second = try begin(replacing: [], digests[1])
        try store.finishImport(.sample(of: second, [digests[1]]))
        #expect(try messages() == [1, 9])
        #expect(try files(of: cut) == 1 && files(of: second) == 1)
        #expect(try store.isImported(sha256: digests[1]) && !store.isImported(sha256: digests[0]))
    }

    @Test func `stays when it was whole and the other one is not`() throws {
        let first = try imported([digests[0]], message: 1)
        let second = try begin(replacing: [first], digests[0])
        try store.finishImport(.sample(of: second, [digests[0]], isWhole: false))
        #expect(try messages() == [1, 9])
        #expect(try files(of: first) == 1)
        #expect(try store.recordings().map(\.state) == [.finished, .failed])
    }

    @Test func `says which recordings have sessions to be derived`() throws {
        let id = try store.begin(.file, sha256: digests[0])
        #expect(try store.recordingsWithoutSessions() == [id])
        #expect(try store.recordingsWithoutSessions(isRecording: true).isEmpty)
        var end = ImportEnd.sample(of: id, [digests[0]])
        end.hasSessions = false
        try store.finishImport(end)
        #expect(try store.recordingsWithoutSessions(isRecording: true) == [id])
        try store.replaceSessions { _ in }
        #expect(try store.recordingsWithoutSessions().isEmpty)
    }
}

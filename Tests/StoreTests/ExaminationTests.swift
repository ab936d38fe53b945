// Looking at stores in every state, damaged ones included.

import Foundation
import Store
import TestSupport
import Testing
import Traffic

private func look(
    at path: String,
    isRecording: Bool = false,
    isThorough: Bool = true
) -> StoreExamination {
    StoreExamination(
        StoreExamination.Request(
            path: path,
            isRecording: isRecording,
            isThorough: isThorough,
            now: start.advanced(by: .seconds(8_640_000 + 3_600))
        )
    )
}

private extension StoreExamination {
    subscript(name: String) -> HealthCheck? { checks.first { $0.name == name } }
}

struct ExaminationTests: StoreSuite {
    let scratch: ScratchStore

    init() async throws {
        scratch = try ScratchStore()
        try store.write { [recording] in
            $0.messages = MessageRows(
                (1...2_000).map { id in
                    let payload = String(repeating: "x", count: 1_000)
                    return StoredMessage(
                        id: Int64(id),
                        message: .sample(recording: recording, at: Double(id), payload: payload)
                    )
                }
            )
            $0.sessions = [DerivedSession(session: .sample(), messageIDs: Array(1...2_000))]
        }
        try store.finishRecording(
            recording,
            endedAt: .after(2_000),
            counts: RecordingCounts(),
            state: .finished
        )
        // A hundred days on: times before 2024 are what no clock in order says.
        _ = try await sqlite3(
            path,
            """
            UPDATE recording SET started_at = started_at + 8640000000000000, ended_at = ended_at + 8640000000000000;
            UPDATE message SET recorded_at = recorded_at + 8640000000000000;
            """
        )
    }

    private var path: String { scratch.folder.storePath }

    @Test func `finds nothing wrong with a store that is in order`() {
        for isThorough in [true, false] {
            let found = look(at: path, isThorough: isThorough)
            #expect(found.checks.allSatisfy { $0.grade == .ok && $0.remedy.isEmpty }, "\(found.checks)")
            #expect(found.isSound)
            #expect(found.recordings?.map(\.state) == ["finished"])
        }
    }

    @Test(arguments: [1, 2, 5, 12, 40, 90])
    func `tells of damage wherever it is, and survives it`(page: Int) throws {
        try store.close()
        let file = try FileHandle(forUpdating: URL(filePath: path))
        // The first page's head stays: what has none is no database at all.
        try file.seek(toOffset: UInt64((page - 1) * 16_384 + 100))
        try file.write(contentsOf: Data((0..<3 * 16_384).map { UInt8(truncatingIfNeeded: $0 &* 167 >> 3) }))
        try file.close()
        for isThorough in [true, false] {
            let found = look(at: path, isThorough: isThorough)
            #expect(!found.isSound, "\(found.checks)")
            let faults = found.checks.filter { $0.grade == .error }
            #expect(faults.contains { $0.remedy.contains(".recover") }, "\(faults)")
        }
    }

    @Test func `tells what is no store, or another version's, from what is damaged`() async throws {
        let trash = scratch.folder.path("trash.sqlite")
        try Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0) }).write(to: URL(filePath: trash))
        #expect(look(at: trash)["file"]?.finding.contains("not a database") == true)
        let other = scratch.folder.path("other.sqlite")
        _ = try await sqlite3(other, "CREATE TABLE a (b);")
        #expect(look(at: other).checks.map(\.finding) == ["a database of another program"])
        let empty = scratch.folder.path("empty.sqlite")
        try Data().write(to: URL(filePath: empty))
        #expect(look(at: empty).checks.map(\.grade) == [.warning])
        _ = try await sqlite3(path, "DELETE FROM grdb_migrations WHERE identifier = 'v2';")
        #expect(look(at: path)["schema"]?.grade == .warning)
        _ = try await sqlite3(path, "INSERT INTO grdb_migrations VALUES ('v999');")
        let newer = look(at: path)
        #expect(newer["schema"]?.grade == .error && newer["integrity"] == nil && !newer.isSound)
    }

    @Test func `counts rows whose owner is missing, which does not make a file unsound`() async throws {
        _ = try await sqlite3(path, "PRAGMA foreign_keys = 0; DELETE FROM message WHERE id <= 3;")
        let found = look(at: path)
        #expect(found["references"]?.finding == "3 of session_message without their message")
        #expect(found["references"]?.grade == .error && found.isSound)
    }

    @Test func `tells a recording that was killed from one that goes on`() throws {
        _ = try store.begin(.broker)
        #expect(look(at: path)["recordings"]?.grade == .warning)
        #expect(look(at: path, isRecording: true)["recordings"]?.grade == .ok)
    }

    @Test(arguments: [
        ("UPDATE recording SET started_at = 0", "1 recordings before 2024"),
        (
            "UPDATE recording SET started_at = started_at + 864000000000000, ended_at = NULL, state = 'running'",
            "1 recordings before 2024, in the future"
        ),
        ("UPDATE recording SET ended_at = started_at - 1", "1 recordings"),
        ("UPDATE message SET recorded_at = recorded_at - 600000000000 WHERE id <= 20", "20 messages"),
        ("UPDATE message SET recorded_at = recorded_at + 300000000000 WHERE id = 7", "went back 1 times"),
    ])
    func `finds times that cannot be`(change: String, words: String) async throws {
        #expect(look(at: path)["clock"]?.grade == .ok)
        _ = try await sqlite3(path, change)
        let clock = try #require(look(at: path)["clock"])
        #expect(clock.grade == .warning)
        #expect(clock.finding.contains(words), "\(clock.finding)")
    }
}

// Opening a store: who may read it, what is refused, and with which remedy.

import Foundation
import Sessions
import TestSupport
import Testing
import Traffic

@testable import Store

struct UpgradeStoreTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func `a new store and its companions are for their owner only`() throws {
        let store = try folder.store()
        _ = try store.begin()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(names.contains("otatape.sqlite-wal"))
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: folder.url.appending(path: name).path
            )
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
        }
    }

    @Test(arguments: [UpgradeStore.Mode.existing, .readOnly])
    func `a missing store is not made by accident and the message says how to make one`(
        mode: UpgradeStore.Mode
    ) throws {
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: folder.storePath, mode)
        }
        #expect(error.code == .missing)
        for remedy in ["otatape record", "import", "--store", "OTATAPE_STORE"] {
            #expect(error.message.contains(remedy))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.storePath))
    }

    @Test(arguments: [false, true])
    func `no store is begun beside the log of one that was moved away`(isEmptyFileThere: Bool) throws {
        let (path, moved) = (folder.storePath, folder.storePath + ".1")
        let store = try folder.store()
        _ = try store.begin()
        let log = try Data(contentsOf: URL(filePath: path + "-wal"))
        try #require(!log.isEmpty)
        try FileManager.default.moveItem(atPath: path, toPath: moved)
        if isEmptyFileThere { try Data().write(to: URL(filePath: path)) }
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: path, .createIfMissing)
        }
        #expect(error.code == .inaccessible && error.message.contains("move that store back"))
        #expect(try Data(contentsOf: URL(filePath: path + "-wal")) == log)
        withExtendedLifetime(store) {}
    }

    @Test func `a folder that is not there is named, not a SQLite code`() throws {
        let path = folder.url.appending(path: "no/such/folder.sqlite").path
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: path, .createIfMissing)
        }
        #expect(error.code == .inaccessible)
        #expect(error.message.contains("No such file or directory"))
    }

    @Test(arguments: [UpgradeStore.Mode.createIfMissing, .existing, .readOnly])
    func `a file that is not a database is left as it was`(mode: UpgradeStore.Mode) throws {
        let text = Data(String(repeating: "not a database\n", count: 100).utf8)
        try text.write(to: URL(filePath: folder.storePath))
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: folder.storePath, mode)
        }
        #expect(error.code == .notAStore)
        #expect(try Data(contentsOf: URL(filePath: folder.storePath)) == text)
    }

    @Test func `a database of another program is left as it was`() async throws {
        _ = try await sqlite3(
            folder.storePath,
            "CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('x');"
        )
        let before = try Data(contentsOf: URL(filePath: folder.storePath))
        let error = try #require(throws: StoreError.self) { try folder.store() }
        #expect(error.code == .notAStore)
        #expect(error.message.contains("--store"))
        #expect(try Data(contentsOf: URL(filePath: folder.storePath)) == before)
    }

    @Test func `a store whose making was interrupted is made again, and is no foreign database`() async throws
    {
        _ = try await sqlite3(folder.storePath, "CREATE TABLE grdb_migrations (identifier TEXT PRIMARY KEY);")
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: folder.storePath, .readOnly)
        }
        #expect(error.code == .missing)
        #expect(try folder.store().recordings().isEmpty)
    }

    @Test func `a store of an older version is not opened for reading only`() async throws {
        try folder.store().close()
        _ = try await sqlite3(folder.storePath, "DELETE FROM grdb_migrations;")
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: folder.storePath, .readOnly)
        }
        #expect(error.code == .tooOld)
        #expect(error.message.contains("`otatape reindex`"))
    }

    @Test func `a store written by a newer version is refused`() async throws {
        try folder.store().close()
        _ = try await sqlite3(folder.storePath, "INSERT INTO grdb_migrations VALUES ('v999');")
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: folder.storePath, .existing)
        }
        #expect(error.code == .tooNew)
        #expect(error.message.contains("newer"))
    }

    @Test func `a store opened for reading cannot be written`() throws {
        try folder.store().close()
        let store = try UpgradeStore.open(path: folder.storePath, .readOnly)
        #expect(try store.recordings().isEmpty)
        #expect(throws: StoreError.self) { try store.begin() }
    }

    @Test func `a store opened for reading sees what a recorder writes meanwhile`() throws {
        let recorder = try folder.store()
        let reader = try UpgradeStore.open(path: folder.storePath, .readOnly)
        _ = try recorder.begin()
        #expect(try reader.recordings().count == 1)
    }

    @Test func `a damaged store is named so, with a way to save what can be read`() throws {
        let store = try folder.store()
        try store.write { $0.sessions = [DerivedSession(session: .sample())] }
        try store.close()
        let file = try FileHandle(forWritingTo: URL(filePath: folder.storePath))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4_096))
        try file.close()
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: folder.storePath, .readOnly).sessions()
        }
        #expect(error.code == .database)
        #expect(error.message.contains("sqlite3 DAMAGED .recover"))
    }

    /// Makes everything in the folder readable for all and writable for none but root.
    private func lock() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        for name in files { try permit(0o444, folder.url.appending(path: name).path) }
        try permit(0o555, folder.url.path)
    }

    private func permit(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a store can be read where the user may not write, and nothing is left beside it`() async throws {
        let path = folder.path("100%20of #1?.sqlite")
        let store = try UpgradeStore.open(path: path, .createIfMissing)
        let recording = try store.begin()
        try store.write {
            $0.messages = [StoredMessage(id: 1, message: .sample(recording: recording))]
            $0.sessions = [DerivedSession(session: .sample(), messageIDs: [1])]
        }
        try store.close()
        let again = try UpgradeStore.openAsFarAsAllowed(path: path)
        #expect(again.isWritable)
        try again.close()
        try lock()
        await #expect(processExitsWith: .success) { [path = path as String] in
            giveUpRoot()
            let store = try UpgradeStore.open(path: path, .readOnly)
            #expect(try store.sessions().count == 1)
            #expect(try store.session(.last).id == 1)
            #expect(try store.evidence(ofSession: 1).count == 1)
            #expect(try store.query(named: "session-timeline").rows.count == 1)
            #expect(throws: StoreError.self) { try store.begin() }
            let request = StoreExamination.Request(
                path: path,
                isRecording: false,
                isThorough: true,
                now: .after(0)
            )
            let checks = StoreExamination(request).checks
            let names = ["file", "schema", "integrity", "references", "recordings", "sessions", "clock"]
            #expect(checks.map(\.name) == names)
            #expect(checks.allSatisfy { $0.grade != .error }, "\(checks)")
            let reader = try UpgradeStore.openAsFarAsAllowed(path: path)
            #expect(try !reader.isWritable && reader.sessions().count == 1)
            let error = try #require(throws: StoreError.self) { try UpgradeStore.open(path: path, .existing) }
            #expect(error.code == .inaccessible && error.message.contains("folder of your own"))
        }
        try permit(0o755, folder.url.path)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["100%20of #1?.sqlite"]
        )
    }

    @Test(.timeLimit(.minutes(5)))
    func `a store that another user records into is read with its newest changes`() async throws {
        let recorder = try folder.store()
        _ = try recorder.begin()
        try lock()
        await #expect(processExitsWith: .success) { [path = folder.storePath as String] in
            giveUpRoot()
            let reader = try UpgradeStore.open(path: path, .readOnly)
            #expect(try reader.recordings().count == 1)
        }
        try permit(0o755, folder.url.path)
        try recorder.close()
    }

    @Test(.timeLimit(.minutes(5)))
    func `changes that only a -wal file holds are not passed over where it cannot be read`() async throws {
        let recorder = try folder.store()
        _ = try recorder.begin()
        let copy = try ScratchFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: folder.storePath + suffix,
                toPath: copy.storePath + suffix
            )
        }
        let other = UpgradeStoreTests(folder: copy)
        try other.lock()
        await #expect(processExitsWith: .success) { [path = copy.storePath as String] in
            giveUpRoot()
            let error = try #require(throws: StoreError.self) {
                try UpgradeStore.open(path: path, .readOnly)
            }
            #expect(error.code == .inaccessible)
            #expect(error.message.contains("-wal"))
        }
        try other.permit(0o755, copy.url.path)
    }

    @Test func `the file is in WAL mode with strict tables and names otatape as its owner`() async throws {
        try folder.store().close()
        #expect(try await sqlite3(folder.storePath, "PRAGMA journal_mode;") == "wal")
        #expect(try await sqlite3(folder.storePath, "PRAGMA application_id;") == "\(0x4F54_4154)")
        let loose = try await sqlite3(
            folder.storePath,
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict "
                + "AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%';"
        )
        #expect(loose == "")
    }

    @Test func `every foreign key has an index that starts with it, at least while a recording is deleted`()
        async throws
    {
        try folder.store().close()
        let unindexed = try await sqlite3(
            folder.storePath,
            """
            SELECT t.name || '.' || f."from"
            FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS f
            WHERE t.type = 'table' AND NOT EXISTS (
                SELECT 1 FROM pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
                WHERE c.seqno = 0 AND c.name = f."from");
            """
        )
        let lines = unindexed.split(separator: "\n").sorted()
        #expect(
            lines == [
                "message.connection_id", "message.rule_id", "message.topic_id", "session_message.copy_of",
                "session_message.message_id",
            ]
        )
        // Topics and rules stay.
        for line in lines where !["message.rule_id", "message.topic_id"].contains(line) {
            #expect(Statements.deletionIndexes.contains(line.replacing(".", with: " (")), "\(line)")
        }
    }
}

extension UpgradeStoreTests {
    init(folder: ScratchFolder) { self.folder = folder }
}

/// Permissions do not bind root: becomes nobody, for the rest of the process.
private func giveUpRoot() {
    guard geteuid() == 0 else { return }
    setgid(65_534)
    setuid(65_534)
}

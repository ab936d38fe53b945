// Opening a store: who may read it, what is refused, and with which remedy.

import Foundation
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

    @Test func `every foreign key has an index that starts with it`() async throws {
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
        #expect(unindexed == "")
    }
}

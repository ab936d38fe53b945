// Stores of builds that were never released: their migrations have today's names and made other tables.

import Foundation
import TestSupport
import Testing

@testable import Store

struct UnreleasedStoreTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try folder.store().close()
    }

    private static let undoingLater = """
        DROP TABLE unreached; ALTER TABLE recording DROP COLUMN unreached_not_kept;
        ALTER TABLE recording DROP COLUMN unreached_let_go; ALTER TABLE recording DROP COLUMN unwritten_packets;
        DELETE FROM grdb_migrations WHERE identifier IN ('v3', 'v4');
        """

    /// What such builds lacked, and how a store of today comes to lack it.
    private static let changes = [
        ("recording_file", "DROP TABLE recording_file;"),
        ("recording.gap_bytes", "DROP VIEW recording_readable; ALTER TABLE recording DROP COLUMN gap_bytes;"),
        ("session_by_orphan", "DROP INDEX session_by_orphan;"),
        ("recording_readable", "DROP VIEW recording_readable;"),
        (
            "recording_readable.source",
            "DROP VIEW recording_readable; CREATE VIEW recording_readable AS SELECT id FROM recording;"
        ),
        (
            "recording_readable.",
            "DROP VIEW recording_readable; CREATE VIEW recording_readable AS SELECT nobody FROM recording;"
        ),
        (
            "transfer: 'open'",
            """
            PRAGMA writable_schema = 1;
            UPDATE sqlite_schema SET sql = replace(sql, ' OR end = ''open''', '') WHERE name = 'transfer';
            """
        ),
    ]

    private func change(_ sql: String) async throws {
        _ = try await sqlite3(folder.storePath, sql, options: ["-cmd", ".dbconfig defensive off"])
    }

    @Test(arguments: changes, ["", undoingLater])
    func `one that lacks something is refused with a remedy before anything is written`(
        lack: (name: String, sql: String),
        undoing: String
    ) async throws {
        try await change(undoing + lack.sql)
        let before = try Data(contentsOf: URL(filePath: folder.storePath))
        for mode in [UpgradeStore.Mode.createIfMissing, .existing, .readOnly] {
            let error = try #require(throws: StoreError.self) {
                try UpgradeStore.open(path: folder.storePath, mode)
            }
            #expect(error.code == .tooOld)
            #expect(error.message.contains(lack.name), "\(error.message)")
            #expect(error.message.contains("--store") && !error.message.contains("reindex"))
        }
        #expect(try Data(contentsOf: URL(filePath: folder.storePath)) == before)
        let checks = StoreExamination(
            StoreExamination.Request(path: folder.storePath, isRecording: false, isThorough: true, now: start)
        ).checks
        let schema = try #require(checks.first { $0.name == "schema" })
        #expect(schema.grade == .error)
        #expect(schema.finding.contains(lack.name) && schema.remedy.contains("--store"))
    }

    @Test func `one without the later migrations alone is brought up to date`() async throws {
        try await change(Self.undoingLater)
        let error = try #require(throws: StoreError.self) {
            try UpgradeStore.open(path: folder.storePath, .readOnly)
        }
        #expect(error.message.contains("reindex"))
        try UpgradeStore.open(path: folder.storePath, .existing).close()
        #expect(try UpgradeStore.open(path: folder.storePath, .readOnly).recordings().isEmpty)
    }

    @Test func `what a user added to a store is no fault of it`() async throws {
        try await change(
            """
            CREATE TABLE note (text TEXT); ALTER TABLE session ADD COLUMN ticket TEXT;
            CREATE INDEX session_by_ticket ON session (ticket); CREATE VIEW broken AS SELECT nobody FROM nowhere;
            """
        )
        #expect(try UpgradeStore.open(path: folder.storePath, .existing).recordings().isEmpty)
        #expect(try UpgradeStore.open(path: folder.storePath, .readOnly).recordings().isEmpty)
    }
}

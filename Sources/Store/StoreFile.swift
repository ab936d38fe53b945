// The file beneath a store: whether it is there, whether it is ours, and who may read it.

import Glibc
import GRDB

/// Looks at a file before SQLite may change anything in it.
enum StoreFile {
    /// Makes an empty file of mode 0600 where the mode allows it, and explains a missing one.
    static func prepare(_ path: String, _ mode: UpgradeStore.Mode) throws(StoreError) {
        guard access(path, F_OK) != 0 else { return }
        guard mode == .createIfMissing else { throw missing("There is no store at \(path)") }
        // SQLite gives its -wal and -shm files the mode of the main file.
        let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .inaccessible,
                "Cannot create \(path): \(String(cString: strerror(errno))); name another file with --store"
            )
        }
        Glibc.close(descriptor)
    }

    /// Refuses databases of other programs and schemas this program cannot use.
    static func check(_ path: String, _ mode: UpgradeStore.Mode) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        try queue.read { db in
            // A run that was killed while it made the store leaves no table, or the migrator's only.
            let tables = try Int.fetchOne(db, sql: Statements.tableCount) ?? 0
            if tables > 0 { return try checkSchema(db, path, mode) }
            if mode == .readOnly { throw missing("\(path) holds nothing yet") }
        }
    }

    private static func missing(_ finding: String) -> StoreError {
        StoreError(
            .missing,
            "\(finding); make a store with `otatape record` or `otatape import`,"
                + " or name another with --store or OTATAPE_STORE"
        )
    }

    private static func checkSchema(_ db: Database, _ path: String, _ mode: UpgradeStore.Mode) throws {
        guard try Int64.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
            throw StoreError(
                .notAStore,
                "\(path) is a database of another program; name another file with --store"
            )
        }
        if try Schema.migrator.hasBeenSuperseded(db) {
            throw StoreError(
                .tooNew,
                "\(path) was written by a newer otatape; use that version or a newer one"
            )
        }
        if try mode == .readOnly && !Schema.migrator.hasCompletedMigrations(db) {
            throw StoreError(
                .tooOld,
                "\(path) was written by an older otatape; bring it up to date with `otatape doctor`"
            )
        }
    }
}

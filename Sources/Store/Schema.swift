// The store's schema: numbered migrations. Names are promises to other programs (design.md §4).

import GRDB

/// The store's tables, indexes and views, and how an older file becomes a current one.
enum Schema {
    /// Marks a SQLite file as ours (`PRAGMA application_id`): "OTAT" in ASCII.
    static let applicationID: Int64 = 0x4F54_4154

    /// All migrations, oldest first; one that was released is never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            for sql in [evidenceTables, sessionTables, replayTables, views] {
                try db.execute(sql: sql)
            }
        }
        migrator.registerMigration("v2") { db in try db.execute(sql: pruningColumns) }
        migrator.registerMigration("v3") { db in try db.execute(sql: unreachedTables) }
        migrator.registerMigration("v4") { db in try db.execute(sql: importColumns) }
        migrator.registerMigration("v5") { db in try db.execute(sql: lossColumns) }
        return migrator
    }

    /// What a new file is made with, before anything is in it; of no effect on others.
    ///
    /// Of larger pages there are fewer to write, to check and to copy out of the write-ahead log.
    static let newFileSettings = "PRAGMA page_size = 16384"

    /// How the connection that writes works: 6 MB of pages in memory, and a log that is copied into the file when it
    /// has grown to some 16 MB.
    ///
    /// The log then keeps its size, so that the same pages of the kernel's memory are written again: new ones cost as
    /// much as the writing. What is left to copy when a recording ends is little.
    static let writerSettings = """
        PRAGMA cache_size = -6144;
        PRAGMA wal_autocheckpoint = 1024;
        PRAGMA journal_size_limit = 33554432;
        """

    /// Has SQLite check every row that is written, which is how a connection begins.
    static let checkedWriting = "PRAGMA foreign_keys = 1; PRAGMA ignore_check_constraints = 0"

    /// Has SQLite check types, NOT NULL and UNIQUE only.
    static let uncheckedWriting = "PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1"

    /// The root causes by their spellings, which are for good.
    static let failureClasses = [
        "not-acked", "rejected", "acked-no-request", "http-error", "url-expired", "dns-failure",
        "connect-failure", "stalled", "truncated", "size-mismatch", "hash-mismatch",
        "hundred-percent-without-result", "result-missing", "claimed-success-without-download",
        "version-not-confirmed", "rolled-back", "superseded", "cancelled", "gateway-phase",
        "recording-incomplete", "timed-out", "other",
    ]

    /// A CHECK that a column holds one of some words.
    ///
    /// Not `IN (…)`: of more than two words SQLite builds a b-tree anew for every statement that writes a row.
    static func check(_ column: String, _ words: String...) -> String { check(column, words) }

    /// A CHECK that a column holds one of some words.
    static func check(_ column: String, _ words: [String]) -> String {
        "CHECK (" + words.map { "\(column) = '\($0)'" }.joined(separator: " OR ") + ")"
    }
}

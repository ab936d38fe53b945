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
        return migrator
    }
}

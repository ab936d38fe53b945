// What keeps a store in shape.

import GRDB

extension UpgradeStore {
    /// Empties the write-ahead log into the file, as far as nobody reads.
    public func emptyLog() throws(StoreError) {
        try outsideTransaction("Cannot copy the log of \(path)") { db in _ = try db.checkpoint(.truncate) }
    }

    /// Empties the write-ahead log into the file, as far as nobody reads, and has SQLite learn what the tables hold.
    public func tidy() throws(StoreError) {
        try outsideTransaction("Cannot tidy \(path)") { db in
            try db.execute(sql: Statements.gatherStatistics)
            _ = try db.checkpoint(.truncate)
        }
    }
}

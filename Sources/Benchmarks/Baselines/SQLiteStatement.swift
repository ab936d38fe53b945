// The owner of one compiled statement.

import GRDBSQLite

/// A statement of SQLite's, finalized when it goes out of scope.
@safe
struct SQLiteStatement: ~Copyable {
    /// The statement itself, for code that binds and reads values.
    let handle: OpaquePointer

    /// Takes over a statement.
    init(owning handle: OpaquePointer) {
        unsafe self.handle = unsafe handle
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// Columns of the result.
    var columnCount: Int32 { unsafe sqlite3_column_count(handle) }

    /// Goes to the next row; `false` when there is none.
    func step() throws -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let reason = unsafe String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
            throw ToolError("SQLite: \(reason)")
        }
    }

    /// Makes the statement ready to run again; bound values stay.
    func reset() {
        unsafe sqlite3_reset(handle)
    }

    /// The column as text; empty for NULL.
    func text(at column: Int32) -> String {
        unsafe sqlite3_column_text(handle, column).map { unsafe String(cString: $0) } ?? ""
    }
}

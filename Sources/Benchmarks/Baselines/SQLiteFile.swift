// The owner of one SQLite connection, as thin as can be: what SQLite itself takes is measured through it.

import GRDBSQLite

/// One connection, closed when it goes out of scope.
@safe
struct SQLiteFile: ~Copyable {
    private let handle: OpaquePointer

    /// Opens or makes the file at `path`.
    init(path: String, isReadOnly: Bool) throws {
        var opened: OpaquePointer?
        let flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard status == SQLITE_OK, let opened = unsafe opened else {
            unsafe sqlite3_close(opened)
            throw ToolError("SQLite cannot open \(path).")
        }
        unsafe handle = unsafe opened
    }

    deinit {
        unsafe sqlite3_close(handle)
    }

    /// Runs SQL that gives no rows, or whose rows nobody wants.
    func execute(_ sql: String) throws {
        guard unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    /// Compiles one statement.
    func prepare(_ sql: String) throws -> SQLiteStatement {
        var statement: OpaquePointer?
        guard unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK,
            let statement = unsafe statement
        else { throw failure(sql) }
        return unsafe SQLiteStatement(owning: statement)
    }

    /// The rows of a query as text; NULL is the empty text.
    func texts(_ sql: String) throws -> [[String]] {
        let statement = try prepare(sql)
        var rows: [[String]] = []
        while try statement.step() {
            rows.append((0..<statement.columnCount).map { statement.text(at: $0) })
        }
        return rows
    }

    private func failure(_ sql: String) -> ToolError {
        ToolError("SQLite: \(unsafe String(cString: sqlite3_errmsg(handle))) in \(sql.prefix(200))")
    }
}

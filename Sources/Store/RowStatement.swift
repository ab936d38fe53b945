// The one file that speaks to SQLite's C API: values go in from where they are, nothing is allocated per row.

import Foundation
import GRDB
import GRDBSQLite

/// A prepared statement whose values are bound by place and which is stepped without GRDB's help.
///
/// Bytes that are bound in place must stay there until the statement has run. Lives within one transaction.
final class RowStatement {
    /// Has SQLite copy what is bound (SQLITE_TRANSIENT, which is a macro that Swift does not see).
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let statement: Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    /// The connection's prepared statement for `sql`.
    init(_ sql: String, in db: Database) throws {
        guard let connection = db.sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "The store is closed")
        }
        statement = try db.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        self.connection = connection
    }

    deinit {
        // What was bound in place need not be there any more.
        sqlite3_clear_bindings(handle)
    }

    /// Binds a number; `place` counts from 1.
    func bind(_ number: Int64, at place: Int32) { sqlite3_bind_int64(handle, place, number) }

    /// Binds a number, or NULL.
    func bind(_ number: Int64?, at place: Int32) {
        if let number { sqlite3_bind_int64(handle, place, number) } else { sqlite3_bind_null(handle, place) }
    }

    /// Binds a number, or NULL.
    func bind(_ number: Double?, at place: Int32) {
        if let number { sqlite3_bind_double(handle, place, number) } else { sqlite3_bind_null(handle, place) }
    }

    /// Binds a truth value as 0 or 1.
    func bind(_ flag: Bool, at place: Int32) { sqlite3_bind_int64(handle, place, flag ? 1 : 0) }

    /// Binds bytes in place as a BLOB.
    func bind(blob bytes: UnsafeRawBufferPointer, at place: Int32) {
        bind(blob: bytes, at: place, nil)
    }

    /// Binds bytes in place as text, or NULL.
    func bind(text bytes: UnsafeRawBufferPointer?, at place: Int32) {
        if let bytes { bind(text: bytes, at: place, nil) } else { sqlite3_bind_null(handle, place) }
    }

    /// Binds a value of GRDB's; texts and bytes are copied.
    func bind(_ value: DatabaseValue, at place: Int32) {
        switch value.storage {
        case .null: sqlite3_bind_null(handle, place)
        case .int64(let number): sqlite3_bind_int64(handle, place, number)
        case .double(let number): sqlite3_bind_double(handle, place, number)
        case .string(var text):
            text.withUTF8 { bind(text: UnsafeRawBufferPointer($0), at: place, Self.copied) }
        case .blob(let bytes): bytes.withUnsafeBytes { bind(blob: $0, at: place, Self.copied) }
        }
    }

    /// Binds values of GRDB's from the first place on.
    func bind(_ values: [DatabaseValue]) {
        for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1)) }
    }

    /// Runs the statement, which returns no row; how many rows it changed itself.
    @discardableResult
    func execute() throws -> Int {
        try step(to: SQLITE_DONE)
        sqlite3_reset(handle)
        return Int(sqlite3_changes(connection))
    }

    /// Runs an INSERT; the id that its row got.
    func insert() throws -> Int64 {
        try execute()
        return sqlite3_last_insert_rowid(connection)
    }

    /// Runs a SELECT; the number in its first row, or `nil` when there is no row.
    func number() throws -> Int64? {
        let code = try step(to: SQLITE_ROW)
        defer { sqlite3_reset(handle) }
        return code == SQLITE_ROW ? sqlite3_column_int64(handle, 0) : nil
    }

    /// Runs a SELECT; what `read` makes of its first row, or `nil` when there is no row.
    func row<Value>(_ read: (borrowing Row) throws -> Value) throws -> Value? {
        let code = try step(to: SQLITE_ROW)
        defer { sqlite3_reset(handle) }
        return code == SQLITE_ROW ? try read(Row(handle: handle)) : nil
    }

    /// Steps once; SQLITE_DONE is a good end whatever is expected.
    @discardableResult
    private func step(to expected: Int32) throws -> Int32 {
        let code = sqlite3_step(handle)
        if code == expected || code == SQLITE_DONE { return code }
        let message = String(cString: sqlite3_errmsg(connection))
        sqlite3_reset(handle)
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }

    private func bind(
        blob bytes: UnsafeRawBufferPointer,
        at place: Int32,
        _ copying: sqlite3_destructor_type?
    ) {
        // Without a pointer SQLite binds NULL; no bytes may have none.
        if let start = bytes.baseAddress {
            sqlite3_bind_blob64(handle, place, start, UInt64(bytes.count), copying)
        } else {
            sqlite3_bind_zeroblob(handle, place, 0)
        }
    }

    private func bind(
        text bytes: UnsafeRawBufferPointer,
        at place: Int32,
        _ copying: sqlite3_destructor_type?
    ) {
        if let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress {
            sqlite3_bind_text64(handle, place, start, UInt64(bytes.count), copying, UInt8(SQLITE_UTF8))
        } else {
            sqlite3_bind_text(handle, place, "", 0, Self.copied)
        }
    }
}

extension RowStatement {
    /// The row that a statement stands at, by the places of its columns, which count from 0.
    struct Row: ~Copyable {
        fileprivate let handle: OpaquePointer

        /// A number; 0 for NULL.
        func number(at place: Int32) -> Int64 { sqlite3_column_int64(handle, place) }

        /// A number, or `nil` for NULL.
        func numberIfSet(at place: Int32) -> Int64? {
            isNull(place) ? nil : sqlite3_column_int64(handle, place)
        }

        /// A number, or `nil` for NULL.
        func doubleIfSet(at place: Int32) -> Double? {
            isNull(place) ? nil : sqlite3_column_double(handle, place)
        }

        /// A text, or `nil` for NULL.
        func textIfSet(at place: Int32) -> String? {
            guard let start = sqlite3_column_text(handle, place) else { return nil }
            let count = Int(sqlite3_column_bytes(handle, place))
            return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        }

        /// Bytes; none for NULL.
        func bytes(at place: Int32) -> [UInt8] {
            guard let start = sqlite3_column_blob(handle, place) else { return [] }
            let count = Int(sqlite3_column_bytes(handle, place))
            return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
        }

        private func isNull(_ place: Int32) -> Bool { sqlite3_column_type(handle, place) == SQLITE_NULL }
    }
}

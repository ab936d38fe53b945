// The rows of one table in memory, packed so that binding them costs next to nothing.

import GRDBSQLite

/// All rows of one table, as bytes: per value one byte of type, then the value.
struct PackedRows {
    /// The table.
    let table: String
    /// Its columns, generated ones left out.
    let columns: [String]
    /// Rows packed.
    private(set) var count = 0

    private var bytes: [UInt8] = []

    /// Reads a table of `file` in its own order.
    init(_ table: String, of file: borrowing SQLiteFile) throws {
        self.table = table
        // table_info leaves generated columns out.
        columns = try file.texts("SELECT name FROM pragma_table_info(\(Self.literal(table)))").map { $0[0] }
        let list = columns.map(Self.quoted).joined(separator: ", ")
        let statement = try file.prepare("SELECT \(list) FROM \(Self.quoted(table))")
        while try statement.step() {
            for column in 0..<Int32(columns.count) { pack(statement, column) }
            count += 1
        }
    }

    /// Inserts every row through one prepared statement.
    func insert(into file: borrowing SQLiteFile) throws {
        let list = columns.map(Self.quoted).joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let statement = try file.prepare("INSERT INTO \(Self.quoted(table)) (\(list)) VALUES (\(marks))")
        try unsafe bytes.withUnsafeBytes { buffer in
            var offset = 0
            for _ in 0..<count {
                for column in 1...Int32(columns.count) {
                    unsafe Self.bind(&offset, in: buffer, to: column, of: statement)
                }
                _ = try statement.step()
                statement.reset()
            }
        }
    }

    private mutating func pack(_ statement: borrowing SQLiteStatement, _ column: Int32) {
        let handle = unsafe statement.handle
        let type = unsafe sqlite3_column_type(handle, column)
        bytes.append(UInt8(type))
        switch type {
        case SQLITE_INTEGER: append(unsafe sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: append(unsafe sqlite3_column_double(handle, column).bitPattern)
        case SQLITE_TEXT, SQLITE_BLOB:
            // sqlite3_column_blob before sqlite3_column_bytes, as its documentation asks.
            let start = unsafe sqlite3_column_blob(handle, column)
            let length = unsafe sqlite3_column_bytes(handle, column)
            append(length)
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: Int(length)))
        default: break
        }
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: number) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Binds the value at `offset`, which stays where it is until the statement has run, and goes past it.
    private static func bind(
        _ offset: inout Int,
        in buffer: UnsafeRawBufferPointer,
        to column: Int32,
        of statement: borrowing SQLiteStatement
    ) {
        let handle = unsafe statement.handle
        let type = unsafe Int32(buffer[offset])
        offset += 1
        switch type {
        case SQLITE_INTEGER:
            unsafe sqlite3_bind_int64(
                handle,
                column,
                buffer.loadUnaligned(fromByteOffset: offset, as: Int64.self)
            )
            offset += 8
        case SQLITE_FLOAT:
            let bits = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            unsafe sqlite3_bind_double(handle, column, Double(bitPattern: bits))
            offset += 8
        case SQLITE_TEXT, SQLITE_BLOB:
            let length = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self)
            let start = unsafe buffer.baseAddress.map { unsafe $0 + offset + 4 }
            if type == SQLITE_TEXT {
                unsafe sqlite3_bind_text(
                    handle,
                    column,
                    start?.assumingMemoryBound(to: CChar.self),
                    length,
                    nil
                )
            } else {
                unsafe sqlite3_bind_blob(handle, column, start, length, nil)
            }
            offset += 4 + Int(length)
        default: unsafe sqlite3_bind_null(handle, column)
        }
    }

    /// A name as SQL writes it.
    private static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// A text as SQL writes it.
    private static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}

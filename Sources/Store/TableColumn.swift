// Pairs a column's name with the value that goes into it, so that the two cannot drift apart.

import GRDB

/// One column of a table and how a row's value for it is found.
struct TableColumn<Row>: Sendable {
    let name: String
    let value: @Sendable (Row) -> DatabaseValue

    init(_ name: String, _ value: @escaping @Sendable (Row) -> (any DatabaseValueConvertible)?) {
        self.name = name
        self.value = { value($0)?.databaseValue ?? .null }
    }
}

/// An insert whose SQL is built once and whose prepared statement the connection keeps.
struct TableInsert<Row>: Sendable {
    private let columns: [TableColumn<Row>]
    private let sql: String

    /// An insert into `table`, followed by `clause` such as `ON CONFLICT …`.
    init(into table: String, _ columns: [TableColumn<Row>], clause: String = "") {
        self.columns = columns
        let names = columns.map(\.name).joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        sql = "INSERT INTO \(table) (\(names)) VALUES (\(marks)) \(clause)"
    }

    /// Inserts one row.
    func execute(_ row: Row, in db: Database) throws {
        let statement = try db.cachedStatement(sql: sql)
        statement.setUncheckedArguments(arguments(for: row))
        try statement.execute()
    }

    /// Inserts one row and reads the id that its `RETURNING` clause gives.
    func id(inserting row: Row, in db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: sql)
        guard let id = try Int64.fetchOne(statement, arguments: arguments(for: row)) else {
            preconditionFailure("A statement that returns ids returned none: \(sql)")
        }
        return id
    }

    private func arguments(for row: Row) -> StatementArguments {
        StatementArguments(columns.map { $0.value(row) })
    }
}

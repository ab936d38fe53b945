// Pairs a column's name with the value that goes into it, so that the two cannot drift apart.

import GRDB

/// One column of a table and how a row's value for it is found.
struct TableColumn<Row>: Sendable {
    let name: String
    let value: @Sendable (Row) -> DatabaseValue

    init<Value: DatabaseValueConvertible & SendableMetatype>(
        _ name: String,
        _ value: @escaping @Sendable (Row) -> Value?
    ) {
        self.name = name
        self.value = { value($0)?.databaseValue ?? .null }
    }
}

/// An insert whose SQL is built once and whose prepared statement the connection keeps.
struct TableInsert<Row>: Sendable {
    let sql: String
    private let columns: [TableColumn<Row>]

    /// An insert into `table`.
    init(into table: String, _ columns: [TableColumn<Row>]) {
        self.columns = columns
        let names = columns.map(\.name).joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        sql = "INSERT INTO \(table) (\(names)) VALUES (\(marks))"
    }

    /// Inserts one row; its id, where the table gives one.
    @discardableResult
    func execute(_ row: Row, in db: Database) throws -> Int64 {
        let statement = try RowStatement(sql, in: db)
        return try execute(row, with: statement)
    }

    /// Inserts one row with a statement for `sql`; its id, where the table gives one.
    @discardableResult
    func execute(_ row: Row, with statement: RowStatement) throws -> Int64 {
        var place: Int32 = 1
        for column in columns {
            statement.bind(column.value(row), at: place)
            place += 1
        }
        return try statement.insert()
    }
}

// A row with a number of its own beside the key that tells it from the others.

import GRDB

/// Writes rows that are known by a key and keep the number they once got.
///
/// An upsert would do the same in one statement, but AUTOINCREMENT uses up a number at each of its updates.
struct KeyedRow<Row>: Sendable {
    private let insert: TableInsert<Row>
    private let update: String
    private let key: [TableColumn<Row>]
    private let values: [TableColumn<Row>]

    /// Rows of `table` with an `id`; `key` is unique and never changes.
    init(table: String, key: [TableColumn<Row>], values: [TableColumn<Row>]) {
        self.key = key
        self.values = values
        insert = TableInsert(into: table, key + values, clause: "RETURNING id")
        let settings = values.map { "\($0.name) = ?" }.joined(separator: ", ")
        let condition = key.map { "\($0.name) = ?" }.joined(separator: " AND ")
        update = "UPDATE \(table) SET \(settings) WHERE \(condition) RETURNING id"
    }

    /// Overwrites the row of the same key; its number, or `nil` when there is none yet.
    func id(updating row: Row, in db: Database) throws -> Int64? {
        let arguments = StatementArguments((values + key).map { $0.value(row) })
        return try Int64.fetchOne(try db.cachedStatement(sql: update), arguments: arguments)
    }

    /// Adds the row; the number it got.
    func id(inserting row: Row, in db: Database) throws -> Int64 {
        try insert.id(inserting: row, in: db)
    }
}

// A row with a number of its own beside the key that tells it from the others.

import GRDB

/// Writes rows that are known by a key and keep the number they once got.
///
/// An upsert would do the same in one statement, but AUTOINCREMENT uses up a number at each of its updates.
struct KeyedRow<Row>: Sendable {
    /// What becomes of a value that the new row does not have.
    enum Absence {
        /// It becomes NULL.
        case clears
        /// It stays as it is in the store.
        case keeps
    }

    fileprivate let insert: TableInsert<Row>
    fileprivate let find: String
    fileprivate let update: String
    fileprivate let key: [TableColumn<Row>]
    fileprivate let values: [TableColumn<Row>]

    /// Rows of `table` with an `id`; `key` is unique and never changes.
    init(table: String, key: [TableColumn<Row>], values: [TableColumn<Row>], absence: Absence) {
        self.key = key
        self.values = values
        insert = TableInsert(into: table, key + values)
        let settings = values.map(\.name).map {
            absence == .keeps ? "\($0) = coalesce(?, \($0))" : "\($0) = ?"
        }
        let condition = key.map { "\($0.name) = ?" }.joined(separator: " AND ")
        find = "SELECT id FROM \(table) WHERE \(condition)"
        update = "UPDATE \(table) SET \(settings.joined(separator: ", ")) WHERE id = ?"
    }
}

/// The statements that write keyed rows, prepared for one transaction.
struct KeyedStatements<Row> {
    private let row: KeyedRow<Row>
    private let find: RowStatement
    private let insert: RowStatement
    private let update: RowStatement

    /// Prepares what writes `row`.
    init(_ row: KeyedRow<Row>, in db: Database) throws {
        self.row = row
        find = try RowStatement(row.find, in: db)
        insert = try RowStatement(row.insert.sql, in: db)
        update = try RowStatement(row.update, in: db)
    }

    /// The number of the row of the same key; `nil` when there is none yet.
    func id(of values: Row) throws -> Int64? {
        bind(row.key, of: values, to: find)
        return try find.number()
    }

    /// Adds the row; the number it got.
    func id(inserting values: Row) throws -> Int64 { try row.insert.execute(values, with: insert) }

    /// Overwrites the row of number `id`.
    func update(_ id: Int64, to values: Row) throws {
        bind(row.values, of: values, to: update)
        update.bind(id, at: Int32(row.values.count + 1))
        try update.execute()
    }

    private func bind(_ columns: [TableColumn<Row>], of values: Row, to statement: RowStatement) {
        var place: Int32 = 1
        for column in columns {
            statement.bind(column.value(values), at: place)
            place += 1
        }
    }
}

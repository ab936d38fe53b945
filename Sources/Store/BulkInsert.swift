// An INSERT of many rows at once.

import GRDB

/// Inserts many rows at a time: for each run of a statement SQLite opens its tables anew, which takes as long as a row.
struct BulkInsert {
    private let rowsAtOnce: Int
    private let width: Int32
    private let many: RowStatement
    private let one: RowStatement

    /// An insert into `table`, followed by `clause` such as `ON CONFLICT …`.
    init(
        into table: String,
        _ columns: [String],
        clause: String = "",
        rowsAtOnce: Int,
        in db: Database
    ) throws {
        self.rowsAtOnce = rowsAtOnce
        width = Int32(columns.count)
        let marks = "(" + columns.map { _ in "?" }.joined(separator: ", ") + ")"
        // FAIL leaves the rows before a bad one, so that SQLite keeps no copies to take them back by: an error undoes the
        // whole transaction here.
        let start = "INSERT OR FAIL INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
        let all = Array(repeating: marks, count: rowsAtOnce).joined(separator: ", ")
        many = try RowStatement("\(start)\(all) \(clause)", in: db)
        one = try RowStatement("\(start)\(marks) \(clause)", in: db)
    }

    /// Inserts `count` rows.
    ///
    /// `bind` binds the values of the row of an index, the first value at the place after the one it is given. What it
    /// binds in place must stay until this function returns.
    func execute(count: Int, bind: (RowStatement, _ index: Int, _ before: Int32) throws -> Void) throws {
        let inMany = count - count % rowsAtOnce
        for index in 0..<inMany {
            let position = index % rowsAtOnce
            try bind(many, index, Int32(position) * width)
            if position == rowsAtOnce - 1 { try many.execute() }
        }
        for index in inMany..<count {
            try bind(one, index, 0)
            try one.execute()
        }
    }
}

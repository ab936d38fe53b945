// What SQLite alone takes to insert the rows of a store: the floor of what any importer can reach.

import Glibc

/// The schema and all rows of a store, in memory.
///
/// Nothing here knows the store's tables. Views and triggers are left out: the rows are final as they stand.
struct BareStore {
    /// When the indexes are made.
    enum Indexing: String, CaseIterable {
        /// Before the rows, so that every row is entered into them.
        case along
        /// After the rows, each by one sort.
        case after
    }

    /// What one insertion came to.
    struct Insertion: Codable {
        let rows: Int
        let cost: Cost
    }

    private let pragmas: [String]
    private let tables: [String]
    private let indexes: [String]
    private let rows: [PackedRows]

    /// Reads the store at `path`.
    init(path: String) throws {
        let file = try SQLiteFile(path: path, isReadOnly: true)
        pragmas = try Self.pragmas(of: file)
        let schema =
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type ="
        tables = try file.texts("\(schema) 'table' ORDER BY rowid").map { $0[0] }
        indexes = try file.texts("\(schema) 'index' ORDER BY rowid").map { $0[0] }
        let names = try file.texts(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        )
        rows = try names.map { try PackedRows($0[0], of: file) }
    }

    /// Inserts all rows into a new file at `path` in one transaction; the cost is that of inserting, committing and
    /// closing.
    func insert(into path: String, _ indexing: Indexing) throws -> Insertion {
        let file = try SQLiteFile(path: path, isReadOnly: false)
        for pragma in pragmas { try file.execute(pragma) }
        for sql in tables + (indexing == .along ? indexes : []) { try file.execute(sql) }
        let before = Self.usage()
        let began = ContinuousClock.now
        try insert(closing: file, indexing)
        let wall = (ContinuousClock.now - began).inSeconds
        let processor = Self.usage().processorSeconds - before.processorSeconds
        return Insertion(
            rows: rows.reduce(0) { $0 + $1.count },
            cost: Cost(wall: wall, processor: processor)
        )
    }

    private func insert(closing file: consuming SQLiteFile, _ indexing: Indexing) throws {
        try file.execute("BEGIN")
        for table in rows { try table.insert(into: file) }
        if indexing == .after { for sql in indexes { try file.execute(sql) } }
        try file.execute("COMMIT")
    }

    /// The settings that the file keeps, then those that a connection makes anew.
    ///
    /// As durable as the store is (write-ahead log, synchronised at checkpoints). Foreign keys are not checked and the
    /// cache is large: in both, bare SQLite gets the faster choice, whatever the store's own is.
    private static func pragmas(of file: borrowing SQLiteFile) throws -> [String] {
        let kept = ["page_size", "auto_vacuum", "application_id", "user_version"]
        let copied = try kept.map { name in
            "PRAGMA \(name) = \(try file.texts("PRAGMA \(name)").first?.first ?? "0")"
        }
        return copied + [
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = NORMAL",
            "PRAGMA foreign_keys = OFF",
            "PRAGMA cache_size = -65536",
        ]
    }

    private static func usage() -> rusage {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage
    }
}

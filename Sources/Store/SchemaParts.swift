// What a schema is made of, to tell stores apart whose migrations have the same names.

import GRDB

/// The tables, columns, indexes and views of a database, and the words that its CHECKs allow.
///
/// Builds before the first release changed migrations in place: their stores name the same ones and hold other tables.
struct SchemaParts {
    /// In the order of making, so that what lacks a table is told of the table first.
    private var names: [String] = []

    /// The parts that are missing of what a store has once it was brought so far by migrations, the most telling first.
    ///
    /// What users added is no concern of ours. Nothing is missing where no migration was completed.
    static func missing(in db: Database) throws -> [String] {
        guard let last = try Schema.migrator.completedMigrations(db).last else { return [] }
        let model = try DatabaseQueue()
        try Schema.migrator.migrate(model, upTo: last)
        let wanted = try model.read(SchemaParts.init)
        let present = Set(try SchemaParts(db).names)
        return wanted.names.filter { !present.contains($0) }
    }

    private init(_ db: Database) throws {
        for row in try Row.fetchAll(db, sql: Statements.schemaObjects) {
            let (type, name, sql) = (row[0] as String, row[1] as String, row[2] as String)
            names.append(name)
            guard type != "index" else { continue }
            // A view of columns that are not there has none itself.
            let columns = try? db.makeStatement(sql: "SELECT * FROM \(name.quotedDatabaseIdentifier)")
                .columnNames
            names += (columns ?? []).map { "\(name).\($0)" }
            if type == "table" { names += Self.words(of: sql).map { "\(name): '\($0)'" } }
        }
    }

    /// What stands between single quotes.
    private static func words(of sql: String) -> [Substring] {
        sql.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
    }
}

extension Statements {
    static let schemaObjects = """
        SELECT type, name, sql FROM sqlite_schema
        WHERE type IN ('table', 'index', 'view') AND sql IS NOT NULL
            AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'grdb_migrations'
        ORDER BY rowid
        """
}

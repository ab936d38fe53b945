// A query of the Queries folder, as it is built into the program.

/// A query that comes with the program and also runs in plain `sqlite3`.
public struct ShippedQuery: Hashable, Sendable {
    /// File name without `.sql`.
    public var name: String
    /// The whole text of the file.
    public var sql: String

    /// A query from its file.
    public init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }

    /// What it shows: the text of the file's first comment line.
    public var description: String {
        let line = sql.prefix { $0 != "\n" }
        return line.hasPrefix("-- ") ? String(line.dropFirst(3)) : ""
    }

    /// Names of its parameters without the colon, in order of first use; each may be left unset.
    public var parameters: [String] { SQLText.parameters(in: sql) }
}

// What a query gives back.

/// Rows with named columns.
public struct QueryResult: Hashable, Sendable {
    /// Column names, left to right.
    public var columns: [String]
    /// Rows, each as wide as `columns`.
    public var rows: [[SQLValue]]
    /// Whether there were more rows than the caller's limit.
    public var isCut: Bool

    /// Rows with named columns.
    public init(columns: [String], rows: [[SQLValue]], isCut: Bool = false) {
        self.columns = columns
        self.rows = rows
        self.isCut = isCut
    }
}

// The four ways in which rows come out of the program.

/// How rows are written (`--format`, design.md §8).
public enum RowsFormat: String, Hashable, Sendable, CaseIterable {
    /// Aligned columns for people.
    case table
    /// One JSON array of objects.
    case json
    /// One JSON object a line.
    case jsonl
    /// RFC 4180 with a header line.
    case csv
}

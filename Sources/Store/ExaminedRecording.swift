// A recording's row, read without any trust in the file.

import GRDB

/// What an examination needs of a recording.
public struct ExaminedRecording: Hashable, Sendable {
    /// The store's id.
    public var id: Int64
    /// Where the evidence came from.
    public var source: String
    /// Kind of that source, as the store spells it.
    public var kind: String
    /// How far it came, as the store spells it.
    public var state: String
    /// How many deliveries of its spool the store has.
    public var spoolPosition: Int64

    /// Reads a row of `Statements.examinedRecordings`; `nil` where it holds something else.
    init?(row: Row) {
        let values = (0..<5).map { row[$0] as DatabaseValue }
        guard let id = Int64.fromDatabaseValue(values[0]), let source = String.fromDatabaseValue(values[1]),
            let kind = String.fromDatabaseValue(values[2]), let state = String.fromDatabaseValue(values[3]),
            let position = Int64.fromDatabaseValue(values[4])
        else { return nil }
        self.id = id
        self.source = source
        self.kind = kind
        self.state = state
        spoolPosition = position
    }
}

// Puts what today's dialects read in messages in place of what was read before, and notes what that changes.

import GRDB

/// The messages that were read anew with another result.
struct ReadingReplacement: Sendable {
    private var changed = 0
    private var fields: [String: Int] = [:]
    private var details: [ReplacementChanges.MessageChange] = []

    /// Writes a message's reading; it counts as changed where the row is not what it was.
    ///
    /// The rows decide, not the values that went in: what SQLite stores otherwise than given would change each time.
    mutating func replace(
        _ reading: MessageReading?,
        ofMessage id: Int64,
        writer: inout BatchWriter,
        in db: Database
    ) throws {
        let before = try row(of: id, in: db)
        let rule = try reading.map { try writer.ruleID(of: StoredRule($0)) }
        let values = Statements.readingColumns.map { column in reading.map(column.value) ?? .null }
        let update = try RowStatement(Statements.updateReading, in: db)
        update.bind([rule.databaseValue] + values + [id.databaseValue])
        try update.execute()
        note(id, before, try row(of: id, in: db))
    }

    /// Adds what changed to the changes of the sessions.
    func tell(_ changes: inout ReplacementChanges) {
        changes.changedMessages = changed
        changes.messageFields = fields
        changes.messageDetails = details
    }

    private func row(of id: Int64, in db: Database) throws -> Row? {
        try Row.fetchOne(db.cachedStatement(sql: Statements.reading), arguments: [id])
    }

    private mutating func note(_ id: Int64, _ before: Row?, _ after: Row?) {
        guard let before, let after, before != after else { return }
        changed += 1
        var differing: [ReplacementChanges.FieldChange] = []
        for name in after.columnNames {
            let (old, new) = (before[name] as DatabaseValue, after[name] as DatabaseValue)
            guard old != new else { continue }
            fields[name, default: 0] += 1
            differing.append(.init(name: name, before: SQLValue(old), after: SQLValue(new)))
        }
        guard details.count < ReplacementChanges.detailLimit else { return }
        details.append(ReplacementChanges.MessageChange(id: id, fields: differing))
    }
}

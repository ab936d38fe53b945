// Compares the sessions of a store with what they were at the beginning of a transaction.

import GRDB

/// Copies of the session and anomaly tables, kept beside them while they are replaced.
struct SessionComparing {
    private static let begin = """
        DROP TABLE IF EXISTS temp.earlier_session;
        DROP TABLE IF EXISTS temp.earlier_anomaly;
        CREATE TEMP TABLE earlier_session AS SELECT * FROM main.session;
        CREATE UNIQUE INDEX temp.earlier_session_by_id ON earlier_session (id);
        CREATE TEMP TABLE earlier_anomaly AS SELECT \(finding) FROM main.anomaly;
        """
    private static let end = "DROP TABLE temp.earlier_session; DROP TABLE temp.earlier_anomaly"
    /// What a finding is, apart from its number.
    private static let finding = """
        session_id, recording_id, code, severity, found_at, text, message_ids, transfer_ids
        """

    private let columns: [String]

    /// Copies the tables as they are.
    init(in db: Database) throws {
        try db.execute(sql: Self.begin)
        columns = try String.fetchAll(
            db,
            sql: "SELECT name FROM pragma_table_info('session') WHERE name <> 'id'"
        )
    }

    /// Compares the tables with the copies, which go.
    func finish(in db: Database) throws -> ReplacementChanges {
        var changes = ReplacementChanges()
        try compareFields(in: db, &changes)
        changes.newSessions = try missing(
            from: "temp.earlier_session",
            in: "main.session",
            as: .new,
            db,
            &changes
        )
        changes.goneSessions = try missing(
            from: "main.session",
            in: "temp.earlier_session",
            as: .gone,
            db,
            &changes
        )
        changes.newFindings = try count(findings("main.anomaly", "temp.earlier_anomaly"), in: db)
        changes.goneFindings = try count(findings("temp.earlier_anomaly", "main.anomaly"), in: db)
        try db.execute(sql: Self.end)
        return changes
    }

    private func compareFields(in db: Database, _ changes: inout ReplacementChanges) throws {
        let pairs = columns.map { "old.\($0), new.\($0)" }.joined(separator: ", ")
        let differs = columns.map { "old.\($0) IS NOT new.\($0)" }.joined(separator: " OR ")
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT new.id, new.device_id, new.command, \(pairs)
                FROM main.session AS new JOIN temp.earlier_session AS old ON old.id = new.id
                WHERE \(differs) ORDER BY new.id
                """
        )
        while let row = try rows.next() {
            changes.changedSessions += 1
            var fields: [ReplacementChanges.FieldChange] = []
            for (index, name) in columns.enumerated() {
                let before = row[3 + 2 * index] as DatabaseValue
                let after = row[4 + 2 * index] as DatabaseValue
                guard before != after else { continue }
                changes.fields[name, default: 0] += 1
                fields.append(.init(name: name, before: SQLValue(before), after: SQLValue(after)))
            }
            note(.changed, row, fields, &changes)
        }
    }

    /// The sessions of one table that another lacks, counted, the first of them noted.
    private func missing(
        from other: String,
        in table: String,
        as kind: ReplacementChanges.SessionChange.Kind,
        _ db: Database,
        _ changes: inout ReplacementChanges
    ) throws -> Int {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, device_id, command FROM \(table)
                WHERE id NOT IN (SELECT id FROM \(other)) ORDER BY id
                """
        )
        var count = 0
        while let row = try rows.next() {
            count += 1
            note(kind, row, [], &changes)
        }
        return count
    }

    private func note(
        _ kind: ReplacementChanges.SessionChange.Kind,
        _ row: Row,
        _ fields: [ReplacementChanges.FieldChange],
        _ changes: inout ReplacementChanges
    ) {
        guard changes.details.count < ReplacementChanges.detailLimit else { return }
        let change = ReplacementChanges.SessionChange(
            kind: kind,
            id: row[0],
            deviceID: row[1],
            command: row[2],
            fields: fields
        )
        changes.details.append(change)
    }

    private func findings(_ table: String, _ other: String) -> String {
        "SELECT \(Self.finding) FROM \(table) EXCEPT SELECT \(Self.finding) FROM \(other)"
    }

    private func count(_ query: String, in db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM (\(query))") ?? 0
    }
}

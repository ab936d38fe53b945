// Finding sessions.

import Dialects
import GRDB
public import Sessions
import Traffic

extension UpgradeStore {
    /// The newest sessions that pass the filter, with their findings, the one that began last at the end.
    public func sessions(matching filter: SessionFilter = SessionFilter()) throws(StoreError)
        -> [StoredSession]
    {
        let conditions: [(clause: String, value: DatabaseValue?)] = [
            ("dialect = ?", filter.dialect?.databaseValue),
            ("device_id = ?", filter.deviceID?.databaseValue),
            ("outcome = ?", filter.outcome?.rawValue.databaseValue),
            ("failure_class = ?", filter.failureClass?.rawValue.databaseValue),
            ("first_seen_at >= ?", filter.since?.nanoseconds.databaseValue),
        ]
        let stated = conditions.filter { $0.value != nil }
        return try read("Cannot list sessions") { db in
            try Self.newestSessions(
                where: stated.map(\.clause),
                stated.compactMap(\.value),
                limit: filter.limit,
                in: db
            )
        }
    }

    /// The keys of the sessions that were added last, in the order in which they were added.
    public func latestSessionKeys(limit: Int) throws(StoreError) -> [Session.Key] {
        try read("Cannot list sessions") { db in
            let rows = try Row.fetchCursor(db, sql: Statements.latestSessionKeys, arguments: [limit])
            var keys: [Session.Key] = []
            while let row = try rows.next() { keys.append(Session.Key(row: row)) }
            return keys.reversed()
        }
    }

    /// The one session that a selector names.
    ///
    /// - Throws: `.notFound`, or `.ambiguous` when several sessions have the command id; the message names them.
    public func session(_ selector: SessionSelector) throws(StoreError) -> StoredSession {
        try read("Cannot read a session") { db in
            let found =
                switch selector {
                case .last: try Self.newestSessions(limit: 1, in: db)
                case .lastFailed: try Self.newestSessions(where: ["outcome = 'failed'"], limit: 1, in: db)
                case .named(let text): try Self.sessions(named: text, in: db)
                }
            guard let session = found.last else { throw Self.notFound(selector) }
            guard found.count == 1 else { throw Self.ambiguous(found) }
            return session
        }
    }

    private static func sessions(named text: String, in db: Database) throws -> [StoredSession] {
        if let number = Int64(text) {
            let numbered = try newestSessions(where: ["id = ?"], [number.databaseValue], limit: 1, in: db)
            if !numbered.isEmpty { return numbered }
        }
        return try newestSessions(where: ["command_id = ?"], [text.databaseValue], limit: 11, in: db)
    }

    private static func newestSessions(
        where clauses: [String] = [],
        _ values: [DatabaseValue] = [],
        limit: Int,
        in db: Database
    ) throws -> [StoredSession] {
        let condition = clauses.isEmpty ? "" : " WHERE " + clauses.joined(separator: " AND ")
        let sql = "\(Statements.sessions)\(condition) \(Statements.newestFirst)"
        let arguments = StatementArguments(values + [limit.databaseValue])
        return try Row.fetchAll(db, sql: sql, arguments: arguments).reversed().map { row in
            try StoredSession(row: row, in: db)
        }
    }

    private static func notFound(_ selector: SessionSelector) -> StoreError {
        let what =
            switch selector {
            case .last: "The store holds no session"
            case .lastFailed: "The store holds no failed session"
            case .named(let text): "No session has the number or command id “\(text)”"
            }
        return StoreError(.notFound, "\(what); `otatape sessions` lists what there is")
    }

    private static func ambiguous(_ found: [StoredSession]) -> StoreError {
        let shown = found.suffix(10).map { stored in
            "\(stored.id) (device \(stored.session.key.deviceID), attempt \(stored.session.key.attempt))"
        }
        let more = found.count > shown.count ? ", and more" : ""
        return StoreError(
            .ambiguous,
            "Several sessions have this command id; name one by its number: "
                + shown.joined(separator: ", ") + more
        )
    }
}

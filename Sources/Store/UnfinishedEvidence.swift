// What is read again of sessions that may go on, and of what no session has yet.

import GRDB
import Sessions

/// The evidence that an earlier run left unfinished, by its places in the store.
public struct UnfinishedEvidence: Sendable {
    /// The sessions whose evidence is all here.
    public private(set) var sessions: [UnfinishedSession] = []
    /// The times of messages, by id.
    private(set) var messages: [Int64: Int64] = [:]
    /// Downloads by id.
    private(set) var transfers: [Int64: StoredTransfer] = [:]

    /// Gathers the evidence of as many sessions as the limit allows.
    ///
    /// What comes next for a command follows its last run: where that is left alone, so are the earlier ones.
    init(of candidates: [UnfinishedSession], leaving left: [UnfinishedSession], limit: Int, in db: Database)
        throws
    {
        var closed: [CommandKey: Int] = [:]
        for session in left {
            closed[session.command] = max(closed[session.command] ?? 0, session.key.attempt)
        }
        for session in Self.ordered(candidates) {
            if let run = closed[session.command], run > session.key.attempt { continue }
            let isAdded = try add(session, limit: limit, in: db)
            if !isAdded { closed[session.command] = session.key.attempt }
        }
    }

    /// Those first whose command was seen last; of one command, the later runs first.
    private static func ordered(_ sessions: [UnfinishedSession]) -> [UnfinishedSession] {
        let seen = Dictionary(sessions.map { ($0.command, $0.lastSeenAt) }, uniquingKeysWith: max)
        return sessions.map { (session: $0, at: seen[$0.command] ?? $0.lastSeenAt) }
            .sorted { ($0.at, $0.session.key.attempt) > ($1.at, $1.session.key.attempt) }
            .map(\.session)
    }

    private mutating func add(_ session: UnfinishedSession, limit: Int, in db: Database) throws -> Bool {
        var linked: [(id: Int64, at: Int64)] = []
        let rows = try Row.fetchCursor(db, sql: Statements.sessionMessageTimes, arguments: [session.id])
        while let row = try rows.next() {
            guard messages.count + linked.count < limit else { return false }
            linked.append((row[0], row[1]))
        }
        let fetched = try Row.fetchAll(db, sql: Statements.sessionTransfers, arguments: [session.id])
        guard transfers.count + fetched.count <= limit else { return false }
        for row in fetched { transfers[row["id"]] = try StoredTransfer(row: row, in: db) }
        for message in linked { messages[message.id] = message.at }
        sessions.append(session)
        return true
    }

    /// Adds what was stored last of no session: not of `left` ones, which would be begun anew with it.
    mutating func addLoose(
        since time: Int64,
        limit: Int,
        leaving left: [UnfinishedSession],
        in db: Database
    ) throws {
        var taken: Set<Int64> = []
        for session in left {
            let arguments: StatementArguments = [session.id, limit]
            let statement = try db.cachedStatement(sql: Statements.latestLinks)
            let ids = try Int64.fetchCursor(statement, arguments: arguments)
            while let id = try ids.next() { taken.insert(id) }
        }
        let latest = try Row.fetchCursor(db, sql: Statements.latestMessages, arguments: [limit, time])
        while let row = try latest.next() {
            if !taken.contains(row[0]) { messages[row[0]] = row[1] }
        }
        let owners = Set(left.map(\.id))
        let loose = try Row.fetchCursor(db, sql: Statements.latestTransfers, arguments: [time, limit])
        while let row = try loose.next() {
            let owner: Int64? = row["session_id"]
            if let owner, owners.contains(owner) { continue }
            transfers[row["id"]] = try StoredTransfer(row: row, in: db)
        }
    }
}

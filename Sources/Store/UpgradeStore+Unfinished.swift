// What a recorder that starts may have to go on with: the latest sessions and evidence.

import Dialects
import GRDB
import Sessions
public import Traffic

extension UpgradeStore {
    /// When the message was recorded that was stored last; `nil` when there is none.
    public func latestMessageTime() throws(StoreError) -> Timestamp? {
        try read("Cannot read messages") { db in
            try Int64.fetchOne(db, sql: Statements.latestMessageTime).map { Timestamp(nanoseconds: $0) }
        }
    }

    /// Sessions of which something was seen since then, the newest first.
    ///
    /// A session that ended and began more than a day before is not looked for.
    public func unfinishedSessions(seenSince time: Timestamp, limit: Int) throws(StoreError)
        -> [UnfinishedSession]
    {
        try read("Cannot list sessions") { db in
            let statement = try db.cachedStatement(sql: Statements.unfinishedSessions)
            let arguments: StatementArguments = [
                time.nanoseconds, time.advanced(by: .seconds(-86_400)).nanoseconds, limit,
            ]
            return try Row.fetchAll(statement, arguments: arguments).map { row in
                UnfinishedSession(
                    id: row["id"],
                    key: Session.Key(row: row),
                    lastSeenAt: Timestamp(nanoseconds: row["last_seen_at"]),
                    fromVersion: row["from_version"]
                )
            }
        }
    }

    /// Hands over the evidence of these sessions and what was stored last, in recorded order.
    ///
    /// - Parameters:
    ///   - sessions: The sessions, those first that matter most.
    ///   - time: Evidence of no session counts when it was seen since then.
    ///   - limit: About how many messages are handed over at most, and downloads.
    ///   - body: Takes one piece of evidence at a time.
    /// - Throws: `StoreError`, or what `body` throws.
    public func forEachEvidence(
        ofSessions sessions: [Int64],
        since time: Timestamp,
        limit: Int,
        _ body: (StoredEvidence) throws -> Void
    ) throws {
        try readThrough { db in
            var messages: [Int64: Int64] = [:]
            var transfers: [Int64: StoredTransfer] = [:]
            let latest = try Row.fetchCursor(
                db,
                sql: Statements.latestMessages,
                arguments: [limit, time.nanoseconds]
            )
            while let row = try latest.next() { messages[row[0]] = row[1] }
            let loose = try Row.fetchCursor(
                db,
                sql: Statements.latestTransfers,
                arguments: [time.nanoseconds, limit]
            )
            while let row = try loose.next() { transfers[row["id"]] = try StoredTransfer(row: row, in: db) }
            for id in sessions where messages.count < limit && transfers.count < limit {
                let linked = try Row.fetchCursor(db, sql: Statements.sessionMessageTimes, arguments: [id])
                while let row = try linked.next() { messages[row[0]] = row[1] }
                let fetched = try Row.fetchCursor(db, sql: Statements.sessionTransfers, arguments: [id])
                while let row = try fetched.next() {
                    transfers[row["id"]] = try StoredTransfer(row: row, in: db)
                }
            }
            // Their order among the others tells nothing.
            let unreached = try Row.fetchCursor(
                db,
                sql: Statements.latestUnreached,
                arguments: [time.nanoseconds, limit]
            )
            while let row = try unreached.next() { try body(.unreached(try StoredUnreached(row: row))) }
            try Self.handOver(messages, transfers, in: db, body)
        }
    }

    /// Messages by id with their times, and downloads, merged in the order of `forEachEvidence`.
    private static func handOver(
        _ messages: [Int64: Int64],
        _ transfers: [Int64: StoredTransfer],
        in db: Database,
        _ body: (StoredEvidence) throws -> Void
    ) throws {
        let lookup = try MessageLookup(in: db)
        var due = transfers.values
            .sorted { ($0.transfer.exchange.endedAt, $0.id) < ($1.transfer.exchange.endedAt, $1.id) }[...]
        for (id, at) in messages.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
            while let next = due.first, next.transfer.exchange.endedAt < Timestamp(nanoseconds: at) {
                try body(.transfer(due.removeFirst()))
            }
            if let message = try lookup.message(id) { try body(.message(message)) }
        }
        for transfer in due { try body(.transfer(transfer)) }
    }
}

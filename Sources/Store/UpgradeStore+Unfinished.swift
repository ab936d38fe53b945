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
    /// One that ended, and began more than a day before, is looked for only where its device said something lately.
    /// - Parameters:
    ///   - time: When something was seen of them, or later.
    ///   - limit: How many at most.
    ///   - latest: How many messages are looked at to know which devices said something lately.
    /// - Returns: the sessions.
    /// - Throws: what the store throws.
    public func unfinishedSessions(seenSince time: Timestamp, limit: Int, latest: Int) throws(StoreError)
        -> [UnfinishedSession]
    {
        try read("Cannot list sessions") { db in
            let statement = try db.cachedStatement(sql: Statements.unfinishedSessions)
            let arguments: StatementArguments = [
                time.nanoseconds, time.advanced(by: .seconds(-86_400)).nanoseconds, limit, latest,
            ]
            return try Row.fetchAll(statement, arguments: arguments).map { row in
                UnfinishedSession(
                    id: row["id"],
                    key: Session.Key(row: row),
                    lastSeenAt: Timestamp(nanoseconds: row["last_seen_at"]),
                    fromVersion: row["from_version"],
                    isPruned: row["pruned_before"] != nil
                )
            }
        }
    }

    /// Gathers the evidence of sessions that may go on, and what was stored last of no session.
    ///
    /// - Parameters:
    ///   - candidates: The sessions.
    ///   - left: Sessions of the same time that are not read again.
    ///   - time: Evidence of no session counts when it was seen since then.
    ///   - limit: How many messages of sessions are gathered at most, and downloads; half as many of no session.
    /// - Returns: the evidence, and the sessions of which it is all there is.
    /// - Throws: what the store throws.
    public func unfinishedEvidence(
        of candidates: [UnfinishedSession],
        leaving left: [UnfinishedSession],
        since time: Timestamp,
        limit: Int
    ) throws(StoreError) -> UnfinishedEvidence {
        try read("Cannot read the evidence of sessions") { db in
            var evidence = try UnfinishedEvidence(of: candidates, leaving: left, limit: limit, in: db)
            let taken = Set(evidence.sessions.map(\.id))
            try evidence.addLoose(
                since: time.nanoseconds,
                limit: limit / 2,
                leaving: left + candidates.filter { !taken.contains($0.id) },
                in: db
            )
            return evidence
        }
    }

    /// Hands over evidence that was gathered, in recorded order; servers not reached since then come first.
    ///
    /// - Parameters:
    ///   - evidence: The evidence.
    ///   - time: Since when servers not reached count.
    ///   - limit: How many of these at most.
    ///   - body: Takes one piece of evidence at a time.
    /// - Throws: `StoreError`, or what `body` throws.
    public func forEachPiece(
        of evidence: UnfinishedEvidence,
        since time: Timestamp,
        limit: Int,
        _ body: (StoredEvidence) throws -> Void
    ) throws {
        try readThrough { db in
            // Their order among the others tells nothing.
            let unreached = try Row.fetchCursor(
                db,
                sql: Statements.latestUnreached,
                arguments: [time.nanoseconds, limit]
            )
            while let row = try unreached.next() { try body(.unreached(try StoredUnreached(row: row))) }
            try Self.handOver(evidence.messages, evidence.transfers, in: db, body)
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

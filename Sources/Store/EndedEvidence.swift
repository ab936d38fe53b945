// Stored evidence that counts at its end: downloads, and servers that were not reached.

import GRDB
import Traffic

/// All of it in the order of its ends, read as it is asked for; at equal times downloads come first.
struct EndedEvidence {
    private let db: Database
    private let transfers: RowCursor
    private let unreached: RowCursor
    private var transfer: StoredEvidence?
    private var server: StoredEvidence?
    /// When the next one ended.
    private var nextAt: Timestamp?

    /// What a store holds.
    init(in db: Database) throws {
        self.db = db
        transfers = try Row.fetchCursor(db, sql: Statements.allTransfers)
        unreached = try Row.fetchCursor(db, sql: Statements.allUnreached)
        try readTransfer()
        try readUnreached()
    }

    /// The next one, if it ended before a time; `nil` when there is none.
    mutating func next(before time: Timestamp? = nil) throws -> StoredEvidence? {
        guard let at = nextAt, time.map({ at < $0 }) ?? true else { return nil }
        let isTransfer = transfer?.at == at
        let next = isTransfer ? transfer : server
        if isTransfer { try readTransfer() } else { try readUnreached() }
        return next
    }

    private mutating func readTransfer() throws {
        transfer = try transfers.next().map { .transfer(try StoredTransfer(row: $0, in: db)) }
        nextAt = [transfer?.at, server?.at].compactMap(\.self).min()
    }

    private mutating func readUnreached() throws {
        server = try unreached.next().map { .unreached(try StoredUnreached(row: $0)) }
        nextAt = [transfer?.at, server?.at].compactMap(\.self).min()
    }
}

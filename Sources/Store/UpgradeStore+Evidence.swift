// Reading stored evidence back, in the order it was recorded.

import GRDB
import Traffic

extension UpgradeStore {
    /// Hands over every stored message, transfer and server not reached in recorded order, copies included, one at a
    /// time.
    ///
    /// Messages count at the time they were recorded, the others at their end; at equal times the message comes
    /// first. Memory stays bounded whatever the store holds.
    /// - Throws: `StoreError`, or what `body` throws.
    public func forEachEvidence(_ body: (StoredEvidence) throws -> Void) throws {
        try readThrough { db in
            let messageIDs = try Int64.fetchCursor(db, sql: Statements.messageIDs)
            let messages = try MessageLookup(in: db)
            var ended = try EndedEvidence(in: db)
            while let id = try messageIDs.next() {
                guard let message = try messages.message(id) else { continue }
                while let due = try ended.next(before: message.message.recordedAt) { try body(due) }
                try body(.message(message))
            }
            while let due = try ended.next() { try body(due) }
        }
    }

    /// All evidence of one session in one order, ascending in time: messages with all their copies, and transfers.
    ///
    /// Which recording saw a message is in its vantage. Empty for a session that does not exist.
    public func evidence(ofSession id: Int64) throws(StoreError) -> [StoredEvidence] {
        try read("Cannot read the evidence of session \(id)") { db in
            let messages = try Row.fetchAll(db, sql: Statements.sessionMessages, arguments: [id])
                .map { StoredEvidence.message(try StoredMessage(row: $0)) }
            let transfers = try Row.fetchAll(db, sql: Statements.sessionTransfers, arguments: [id])
                .map { StoredEvidence.transfer(try StoredTransfer(row: $0, in: db)) }
            // The sort is stable: at equal times messages stay before transfers, and both in order of their ids.
            return (messages + transfers).sorted { $0.at < $1.at }
        }
    }
}

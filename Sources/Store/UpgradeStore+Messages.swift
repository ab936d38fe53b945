// Reading stored messages back by themselves.

import GRDB
public import Traffic

extension UpgradeStore {
    /// Hands over every stored message since a time, in recorded order, one at a time.
    ///
    /// Copies and redeliveries of one message are left out as far as a session has found them. Memory stays bounded.
    /// - Throws: `StoreError`, or what `body` throws.
    public func forEachMessage(since: Timestamp? = nil, _ body: (StoredMessage) throws -> Void) throws {
        try readThrough { db in
            let since = since?.nanoseconds ?? .min
            let ids = try Int64.fetchCursor(db, sql: Statements.originalIDs, arguments: [since])
            let messages = try MessageLookup(in: db)
            while let id = try ids.next() {
                if let message = try messages.message(id) { try body(message) }
            }
        }
    }
}

extension Statements {
    /// Messages that are no copies and no redeliveries, in recorded order.
    static let originalIDs = """
        SELECT id FROM message
        WHERE recorded_at >= ? AND id NOT IN (
            SELECT message_id FROM session_message WHERE copy_of IS NOT NULL OR is_transport_duplicate)
        ORDER BY recorded_at, id
        """
}

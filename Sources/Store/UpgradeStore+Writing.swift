// The recorder's write path: one batch, one transaction.

import GRDB
import Sessions
import Traffic

extension UpgradeStore {
    /// Writes a batch in one transaction: all of it is kept, or none.
    ///
    /// Messages and transfers are new; connections and sessions are added or brought up to date. A message may name
    /// messages that were written before.
    public func write(_ batch: StoreBatch) throws(StoreError) {
        guard !batch.isEmpty else { return }
        try write("Cannot write to \(path)") { db, cache in
            for connection in batch.connections { try cache.save(connection, in: db) }
            let sessionIDs = try batch.sessions.map { try EvidenceLinks.save($0.session, in: db) }
            var links = EvidenceLinks(batch.sessions, ids: sessionIDs)
            for message in batch.messages { try Self.insert(message, &links, &cache, db) }
            for transfer in batch.transfers { try Self.insert(transfer, db) }
            try links.writeMessages(in: db)
            for (derived, id) in zip(batch.sessions, sessionIDs) {
                try EvidenceLinks.writeTransfers(of: derived, id: id, in: db)
            }
            for finding in batch.findings { try EvidenceLinks.save(finding, in: db) }
            for (id, counts) in batch.counts { try Self.save(counts, of: id, in: db) }
        }
    }

    private static func insert(
        _ message: StoredMessage,
        _ links: inout EvidenceLinks,
        _ cache: inout WriteCache,
        _ db: Database
    ) throws {
        let row = Statements.MessageRow(
            stored: links.take(message),
            connectionID: try cache.connectionID(of: message.message, in: db),
            topicID: try cache.topicID(of: message.message.topic, in: db)
        )
        try Statements.message.execute(row, in: db)
    }

    private static func insert(_ transfer: StoredTransfer, _ db: Database) throws {
        try Statements.transfer.execute(transfer, in: db)
        for (position, sample) in transfer.transfer.samples.enumerated() {
            try Statements.sample.execute((transfer.id, position, sample), in: db)
        }
    }
}

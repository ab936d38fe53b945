// Which message and transfer belongs to which session, on its way into the store.

import GRDB
import Sessions

/// The links that derived sessions state, by message.
struct EvidenceLinks {
    private struct Link {
        var sessionID: Int64
        var copyOf: Int64?
        var isTransportDuplicate: Bool
    }

    private var links: [Int64: Link] = [:]

    /// Collects the links of sessions whose ids are `ids`, in the same order.
    init(_ sessions: [DerivedSession], ids: [Int64]) {
        for (derived, id) in zip(sessions, ids) {
            let duplicates = Set(derived.duplicateIDs)
            for messageID in derived.messageIDs {
                links[messageID] = Link(
                    sessionID: id,
                    copyOf: derived.messageCopies[messageID],
                    isTransportDuplicate: duplicates.contains(messageID)
                )
            }
        }
    }

    /// A message with its link filled in, which then needs no update.
    mutating func take(_ message: StoredMessage) -> StoredMessage {
        guard let link = links.removeValue(forKey: message.id) else { return message }
        var message = message
        message.sessionID = link.sessionID
        message.copyOf = link.copyOf
        message.isTransportDuplicate = link.isTransportDuplicate
        return message
    }

    /// Writes the links of messages that are in the store already.
    func writeMessages(in db: Database) throws {
        let statement = try db.cachedStatement(sql: Statements.linkMessage)
        for (messageID, link) in links {
            try statement.execute(arguments: [
                link.sessionID, link.copyOf, link.isTransportDuplicate, messageID,
            ])
        }
    }

    /// Adds a session or brings it up to date, and replaces its findings.
    static func save(_ session: Session, in db: Database) throws -> Int64 {
        let id =
            try Statements.session.id(updating: session, in: db)
            ?? Statements.session.id(inserting: session, in: db)
        try db.cachedStatement(sql: Statements.deleteAnomalies).execute(arguments: [id])
        for (position, anomaly) in session.anomalies.enumerated() {
            try Statements.anomaly.execute((id, position, anomaly), in: db)
        }
        if let earlier = session.retryOf {
            try db.cachedStatement(sql: Statements.linkRetry).execute(arguments: [
                earlier.dialect, earlier.productID, earlier.deviceID, earlier.command, earlier.attempt, id,
            ])
        }
        return id
    }

    /// Adds a finding about evidence that belongs to no session.
    static func save(_ finding: Anomaly, in db: Database) throws {
        try Statements.anomaly.execute((nil, 0, finding), in: db)
    }

    /// Gives a session its transfers; those that another session owns already are shared.
    static func writeTransfers(of derived: DerivedSession, id: Int64, in db: Database) throws {
        let own = try db.cachedStatement(sql: Statements.ownTransfer)
        for transferID in derived.transferIDs {
            try own.execute(arguments: [id, derived.transferCopies[transferID], transferID])
            if db.changesCount == 0 {
                try db.cachedStatement(sql: Statements.shareTransfer).execute(arguments: [id, transferID])
            }
        }
    }
}

// Writes what evidence means: sessions, their links, findings; and transfers, which are few.

import GRDB
import Sessions
import Traffic

/// A link that waits until there are many to be written.
struct SessionLink {
    var sessionID: Int64
    var link: MessageLink
}

/// The statements that write sessions and their links, prepared for one transaction.
struct SessionStatements {
    let session: KeyedStatements<Session>
    let anomaly: RowStatement
    let deleteAnomalies: RowStatement
    let linkRetry: RowStatement
    let linkParent: RowStatement
    let unlinkParent: RowStatement
    let findMessage: RowStatement
    let findPruned: RowStatement
    let linkMessages: BulkInsert
    let findTransfer: RowStatement
    let ownTransfer: RowStatement
    let shareTransfer: RowStatement

    /// Prepares them.
    init(in db: Database) throws {
        session = try KeyedStatements(Statements.session, in: db)
        anomaly = try RowStatement(Statements.anomaly.sql, in: db)
        deleteAnomalies = try RowStatement(Statements.deleteAnomalies, in: db)
        linkRetry = try RowStatement(Statements.linkRetry, in: db)
        linkParent = try RowStatement(Statements.linkParent, in: db)
        unlinkParent = try RowStatement(Statements.unlinkParent, in: db)
        findMessage = try RowStatement(Statements.messageExists, in: db)
        findPruned = try RowStatement(Statements.isPruned, in: db)
        linkMessages = try BulkInsert(
            into: "session_message",
            ["session_id", "message_id", "copy_of", "is_transport_duplicate"],
            clause: Statements.linkConflict,
            rowsAtOnce: 128,
            in: db
        )
        findTransfer = try RowStatement(Statements.transferExists, in: db)
        ownTransfer = try RowStatement(Statements.ownTransfer, in: db)
        shareTransfer = try RowStatement(Statements.shareTransfer, in: db)
    }
}

extension BatchWriter {
    /// Links that may wait.
    private static let linksAtOnce = 8_192

    /// Adds transfers with their rate curves.
    mutating func insert(_ transfers: [StoredTransfer]) throws {
        guard !transfers.isEmpty else { return }
        let row = try RowStatement(Statements.transfer.sql, in: db)
        let sample = try RowStatement(Statements.sample.sql, in: db)
        for transfer in transfers {
            try requireRecording(transfer.recordingID)
            try Statements.transfer.execute(transfer, with: row)
            for (position, point) in transfer.transfer.samples.enumerated() {
                try Statements.sample.execute((transfer.id, position, point), with: sample)
            }
        }
    }

    /// Adds sessions or brings them up to date, with their findings and links, in the order of their numbers.
    mutating func save(_ sessions: [DerivedSession]) throws {
        guard !sessions.isEmpty else { return }
        let statements = try SessionStatements(in: db)
        for derived in sessions { try save(derived, statements) }
        try writeLinks(statements)
    }

    /// Adds a session or brings it up to date, with its findings; its number.
    ///
    /// Its links wait for `writeLinks`.
    @discardableResult
    mutating func save(_ derived: DerivedSession, _ statements: SessionStatements) throws -> Int64 {
        let id = try save(derived.session, statements)
        for link in derived.messages where try require(message: link.id, of: id, statements) {
            if let original = link.copyOf {
                guard try require(message: original, of: id, statements) else { continue }
                try Self.check("message", link.id, copyOf: original)
            }
            links.append(SessionLink(sessionID: id, link: link))
        }
        if links.count >= Self.linksAtOnce { try writeLinks(statements) }
        for transfer in derived.transferIDs {
            try link(transfer, copyOf: derived.transferCopies[transfer], to: id, statements)
        }
        return id
    }

    /// Writes the links that wait, session by session, which is the order they are stored in.
    mutating func writeLinks(_ statements: SessionStatements) throws {
        try statements.linkMessages.execute(count: links.count) { statement, index, before in
            let waiting = links[index]
            statement.bind(waiting.sessionID, at: before + 1)
            statement.bind(waiting.link.id, at: before + 2)
            statement.bind(waiting.link.copyOf, at: before + 3)
            statement.bind(waiting.link.isTransportDuplicate, at: before + 4)
        }
        links.removeAll(keepingCapacity: true)
        for child in parents {
            try Self.link(child.sessionID, to: child.parent, statements.linkParent)
        }
        parents.removeAll(keepingCapacity: true)
    }

    /// Points a session to another one that is named by its key; to none, while the store has none.
    private static func link(_ id: Int64, to key: Session.Key, _ statement: RowStatement) throws {
        statement.bind([
            key.dialect.databaseValue, key.productID.databaseValue, key.deviceID.databaseValue,
            key.command.databaseValue, key.attempt.databaseValue, id.databaseValue,
        ])
        try statement.execute()
    }

    /// Adds a finding about evidence that belongs to no session.
    func insert(_ finding: Anomaly) throws {
        try Statements.anomaly.execute(FindingRow(anomaly: finding), in: db)
    }

    /// Adds findings about recordings.
    mutating func insert(_ findings: [RecordingFinding]) throws {
        for finding in findings {
            try requireRecording(finding.recordingID)
            let row = FindingRow(recordingID: finding.recordingID, anomaly: finding.anomaly)
            try Statements.anomaly.execute(row, in: db)
        }
    }

    private mutating func save(_ session: Session, _ statements: SessionStatements) throws -> Int64 {
        try Self.check(session)
        var known = cache.sessions[session.key]
        if known == nil, let id = try statements.session.id(of: session) {
            known = WriteCache.KnownSession(id: id, hasFindings: true)
        }
        if let known { try statements.session.update(known.id, to: session) }
        let id = try known?.id ?? statements.session.id(inserting: session)
        if known?.hasFindings == true {
            statements.deleteAnomalies.bind(id, at: 1)
            try statements.deleteAnomalies.execute()
        }
        for (position, anomaly) in session.anomalies.enumerated() {
            let row = FindingRow(sessionID: id, position: position, anomaly: anomaly)
            try Statements.anomaly.execute(row, with: statements.anomaly)
        }
        if let earlier = session.retryOf {
            try Self.link(id, to: earlier, statements.linkRetry)
        }
        if let parent = session.parent {
            parents.append((id, parent))
        } else if known != nil, session.gatewayID != nil {
            statements.unlinkParent.bind(id, at: 1)
            try statements.unlinkParent.execute()
        }
        cache.note(.init(id: id, hasFindings: !session.anomalies.isEmpty), of: session.key)
        return id
    }

    /// Whether there is such a message; throws where a session that was not pruned names one that is not there.
    private func require(
        message id: Int64,
        of session: Int64,
        _ statements: SessionStatements
    ) throws -> Bool {
        guard !cache.holdsMessage(id) else { return true }
        statements.findMessage.bind(id, at: 1)
        if try statements.findMessage.number() != nil { return true }
        guard try isPruned(session, statements) else { throw Self.missing("message \(id)") }
        return false
    }

    /// Whether evidence of a session was let go.
    func isPruned(_ session: Int64, _ statements: SessionStatements) throws -> Bool {
        statements.findPruned.bind(session, at: 1)
        return try statements.findPruned.number() != nil
    }

    /// Gives a session a transfer; one that another session owns already is shared.
    private func link(
        _ transfer: Int64,
        copyOf original: Int64?,
        to session: Int64,
        _ statements: SessionStatements
    ) throws {
        if let original {
            try Self.check("transfer", transfer, copyOf: original)
            statements.findTransfer.bind(original, at: 1)
            guard try statements.findTransfer.number() != nil else {
                throw Self.missing("transfer \(original)")
            }
        }
        statements.ownTransfer.bind(session, at: 1)
        statements.ownTransfer.bind(original, at: 2)
        statements.ownTransfer.bind(transfer, at: 3)
        guard try statements.ownTransfer.execute() == 0 else { return }
        statements.findTransfer.bind(transfer, at: 1)
        guard try statements.findTransfer.number() != nil else { throw Self.missing("transfer \(transfer)") }
        statements.shareTransfer.bind(session, at: 1)
        statements.shareTransfer.bind(transfer, at: 2)
        try statements.shareTransfer.execute()
    }
}

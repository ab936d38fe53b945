// Deriving all sessions again, one after the other, within one transaction.

import GRDB
public import Sessions

/// Takes sessions that were derived from all the evidence, in place of those the store holds.
///
/// Lives only as long as the closure it is given to.
public final class SessionReplacement {
    /// The import that ends with this, when one does.
    public var end: ImportEnd?
    /// Recordings whose evidence counts no more, or not yet: it is that of others, which are read again.
    public let recordingsLeftOut: Set<Int64>
    private let db: Database
    private var writer: BatchWriter
    private let statements: SessionStatements
    private var keptIDs: Set<Int64> = []
    private(set) var readings = ReadingReplacement()
    /// Whether the store has sessions whose evidence is gone.
    private let hasPruned: Bool

    init(in db: Database, ending end: ImportEnd?) throws {
        self.db = db
        writer = try BatchWriter(in: db, knowing: WriteCache())
        statements = try SessionStatements(in: db)
        hasPruned = try Bool.fetchOne(db, sql: Statements.hasPrunedSessions) ?? false
        try db.execute(sql: hasPruned ? Statements.unlinkUnpruned : Statements.unlinkEvidence)
        self.end = end
        // What such a recording reads again is still there, as that of the recordings that it takes the place of.
        var leftOut = try Int64.fetchSet(db, sql: Statements.replacementsRunning)
        if let end {
            leftOut.remove(end.recordingID)
            leftOut.formUnion(try UpgradeStore.removeReplaced(by: end, in: db))
        }
        recordingsLeftOut = leftOut
    }

    /// Takes one session with all its evidence; it keeps its number where its key is the same.
    ///
    /// A session whose evidence is gone is never overwritten: what is derived now under its key is a further attempt.
    public func add(_ derived: DerivedSession) throws(StoreError) {
        do {
            var derived = derived
            while hasPruned, let id = try statements.session.id(of: derived.session),
                try writer.isPruned(id, statements)
            {
                derived.session.key.attempt += 1
            }
            keptIDs.insert(try writer.save(derived, statements))
        } catch {
            throw StoreError(error, during: "Cannot replace session \(derived.session.key.command)")
        }
    }

    /// Takes a finding about evidence that belongs to no session.
    public func add(_ finding: Anomaly) throws(StoreError) {
        do {
            try writer.insert(finding)
        } catch {
            throw StoreError(error, during: "Cannot replace findings")
        }
    }

    /// Takes what today's dialects read in a message, in place of what they read when it was stored.
    ///
    /// - Parameters:
    ///   - reading: What they read; `nil` when none claims it.
    ///   - stored: The message as the store holds it.
    /// - Throws: `StoreError` when the row cannot be written.
    public func setReading(_ reading: MessageReading?, of stored: StoredMessage) throws(StoreError) {
        guard reading != stored.reading else { return }
        do {
            try readings.replace(reading, ofMessage: stored.id, writer: &writer, in: db)
        } catch {
            throw StoreError(error, during: "Cannot read message \(stored.id) again")
        }
    }

    /// Deletes the sessions that were not derived again, and ends the import that this is the end of.
    func finish() throws {
        try writer.writeLinks(statements)
        let ids = try Int64.fetchAll(db, sql: Statements.unprunedSessionIDs)
        let statement = try db.cachedStatement(sql: Statements.deleteSession)
        for id in ids where !keptIDs.contains(id) { try statement.execute(arguments: [id]) }
        try db.execute(sql: Statements.noteAllSessions)
        if let end { try UpgradeStore.write(end, in: db) }
    }
}

extension UpgradeStore {
    /// Replaces all sessions by those that `body` adds, in one transaction.
    ///
    /// Sessions keep their number where the key is the same; those not added are deleted with their findings, and
    /// replays of them stay without a session. `body` may read the store, which shows the state before, and must not
    /// write to it.
    /// - Parameters:
    ///   - end: An import that ends in the same moment; what it takes the place of is removed.
    ///   - body: Adds the sessions.
    /// - Throws: `StoreError`, or what `body` throws; then nothing has changed.
    public func replaceSessions(ending end: ImportEnd? = nil, _ body: (SessionReplacement) throws -> Void)
        throws
    {
        do {
            _ = try writeThrough { db in try Self.replaceSessions(in: db, ending: end, body) }
            if end != nil { copyLogIntoFile() }
        } catch let error as DatabaseError {
            throw StoreError(error, during: "Cannot replace the sessions of \(path)")
        }
    }

    /// Replaces all sessions as `replaceSessions` does, and says what that changed.
    ///
    /// What was there before is kept beside it meanwhile, in SQLite's temporary storage.
    public func replaceSessionsComparing(
        _ body: (SessionReplacement) throws -> Void
    ) throws -> ReplacementChanges {
        do {
            return try writeThrough { db in
                let comparing = try SessionComparing(in: db)
                let readings = try Self.replaceSessions(in: db, body)
                var changes = try comparing.finish(in: db)
                readings.tell(&changes)
                return changes
            }
        } catch let error as DatabaseError {
            throw StoreError(error, during: "Cannot replace the sessions of \(path)")
        }
    }

    private static func replaceSessions(
        in db: Database,
        ending end: ImportEnd? = nil,
        _ body: (SessionReplacement) throws -> Void
    ) throws -> ReadingReplacement {
        let replacement = try SessionReplacement(in: db, ending: end)
        try body(replacement)
        try replacement.finish()
        return replacement.readings
    }
}

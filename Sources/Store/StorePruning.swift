// Letting go of old messages and rate curves, a little at a time.

import GRDB
public import Traffic

/// One run over a store that deletes evidence from before a time, in transactions that are soon over.
///
/// Sessions, transfers and findings stay. A session's messages go together, once the last of them is old, and with
/// those of sessions that rest on the same messages; then the session is marked, and deriving sessions again leaves it
/// alone. Pages that become free are used again for what is recorded next; the file does not shrink.
public struct StorePruning: ~Copyable {
    /// Where the next run begins, when nothing older was added since.
    public struct Start: Hashable, Sendable {
        var sessions = Int64.min
        var transfers = Int64.min

        /// Everything is looked at.
        public init() {}
    }

    private enum Phase { case preparing, sessions, messages, samples, done }

    /// Sessions whose evidence goes in one transaction, their families apart.
    private static let sessionsAtOnce = 32
    /// Messages looked at in one transaction.
    private static let messagesAtOnce = 4_096

    /// What was let go so far.
    public private(set) var tally = PruneTally()
    /// Where a later run may begin.
    public private(set) var next: Start
    private let store: UpgradeStore
    private let cutoff: Int64
    private let start: Start
    private let looksAtAll: Bool
    private var phase = Phase.preparing
    private var firstSeen: Int64
    private var lastID = Int64.min

    /// A run that lets go of what is older than `cutoff`.
    ///
    /// - Parameters:
    ///   - store: The store; whoever writes evidence into it does it in this process.
    ///   - cutoff: Evidence from before this time goes.
    ///   - start: Where to begin.
    ///   - looksAtAll: Whether every message is looked at; otherwise the run ends where, in order of writing, nothing is
    ///     old any more, which is soon found.
    public init(_ store: UpgradeStore, before cutoff: Timestamp, from start: Start, looksAtAll: Bool) {
        self.store = store
        self.cutoff = cutoff.nanoseconds
        self.start = start
        self.looksAtAll = looksAtAll
        next = start
        firstSeen = start.sessions
    }

    /// Does the next transaction; whether there is more to do.
    public mutating func step() throws(StoreError) -> Bool {
        switch phase {
        case .preparing: try prepare()
        case .sessions: try pruneSessions()
        case .messages: try pruneMessages()
        case .samples: try pruneSamples()
        case .done: break
        }
        return phase != .done
    }

    /// References are not checked meanwhile: without an index each deleted message would be looked for in all links.
    private func change<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        var result: T?
        try store.write(
            "Cannot prune \(store.path)",
            evidence: { writer in
                result = try body(writer.db)
                // What was known to be there may be gone.
                writer.cache = WriteCache()
            }
        )
        guard let result else { preconditionFailure("A transaction that ended well has run its body") }
        return result
    }

    private mutating func prepare() throws(StoreError) {
        let (cutoff, start) = (cutoff, start.sessions)
        let (first, oldest) = try change { db in
            let revived = try Int64.fetchOne(db, sql: Statements.oldestRevived)
            let first = min(start, revived ?? start)
            let range: StatementArguments = ["before": cutoff, "start": first]
            try db.execute(sql: Statements.pruneTables)
            try db.execute(sql: Statements.holdSessions, arguments: range)
            try db.execute(sql: Statements.holdNewest)
            repeat {
                try db.execute(sql: Statements.holdMessages)
                try db.execute(sql: Statements.holdSharers, arguments: range)
            } while db.changesCount > 0
            return (first, try Int64.fetchOne(db, sql: Statements.oldestHeld) ?? cutoff)
        }
        firstSeen = first
        next.sessions = min(oldest, cutoff)
        phase = .sessions
    }

    private mutating func pruneSessions() throws(StoreError) {
        let cutoff = cutoff
        let range: StatementArguments = [
            "before": cutoff, "start": firstSeen, "count": Self.sessionsAtOnce,
        ]
        let (step, last) = try change { db in
            var step = PruneTally()
            try db.execute(sql: Statements.clearPruned)
            try db.execute(sql: Statements.chooseSessions, arguments: range)
            guard let last = try Int64.fetchOne(db, sql: Statements.lastChosen) else { return (step, cutoff) }
            try Self.chooseFamilies(in: db, before: cutoff)
            try db.execute(sql: Statements.chooseLinked)
            try db.execute(sql: Statements.pruneLinks)
            try db.execute(sql: Statements.pruneSamples)
            step.samples = Int64(db.changesCount)
            step.messages = try Self.deleteChosen(in: db)
            try db.execute(sql: Statements.markSessions, arguments: [cutoff])
            step.sessions = Int64(db.changesCount)
            return (step, last)
        }
        firstSeen = last
        tally.add(step)
        if step.sessions == 0 { phase = .messages }
    }

    private mutating func pruneMessages() throws(StoreError) {
        let (cutoff, after) = (cutoff, lastID)
        let window = try change { db -> (last: Int64, isOld: Bool, count: Int64)? in
            let bounds: StatementArguments = [cutoff, after, Self.messagesAtOnce]
            let row = try Row.fetchOne(db, sql: Statements.messageWindow, arguments: bounds)
            guard let row, let last = row[0] as Int64? else { return nil }
            guard (row[1] as Int64?) == 1 else { return (last, false, 0) }
            try db.execute(sql: Statements.clearPruned)
            try db.execute(sql: Statements.chooseMessages, arguments: [cutoff, after, last])
            return (last, true, try Self.deleteChosen(in: db))
        }
        guard let window, window.isOld || looksAtAll else {
            phase = .samples
            return
        }
        lastID = window.last
        tally.messages += window.count
    }

    private mutating func pruneSamples() throws(StoreError) {
        let bounds = [cutoff, start.transfers]
        // What was not reached may be why a session failed that is still read again.
        let oldest = next.sessions
        tally.samples += try change { db in
            try db.execute(sql: Statements.pruneUnreached, arguments: [oldest])
            try db.execute(sql: Statements.pruneStraySamples, arguments: StatementArguments(bounds))
            return Int64(db.changesCount)
        }
        next.transfers = cutoff
        phase = .done
    }

    /// Parents first, so that all children of a gateway follow.
    private static func chooseFamilies(in db: Database, before cutoff: Int64) throws {
        for sql in Statements.chooseFamilies { try db.execute(sql: sql, arguments: ["before": cutoff]) }
    }

    /// Counts the chosen messages for their recordings, and deletes them.
    private static func deleteChosen(in db: Database) throws -> Int64 {
        try db.execute(sql: Statements.countPruned)
        try db.execute(sql: Statements.pruneMessages)
        return Int64(db.changesCount)
    }
}

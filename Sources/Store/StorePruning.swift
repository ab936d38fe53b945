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

    private enum Phase { case preparing, misdated, sessions, messages, samples, done }

    /// Sessions whose evidence goes in one transaction, their families apart.
    private static let sessionsAtOnce: Int64 = 32
    /// Messages looked at in one transaction.
    private static let messagesAtOnce: Int64 = 4_096

    /// What was let go so far.
    public private(set) var tally = PruneTally()
    /// Where a later run may begin.
    public private(set) var next: Start
    private let store: UpgradeStore
    private var bounds: PruneBounds
    private let start: Start
    private let looksAtAll: Bool
    private var phase = Phase.preparing
    private var firstSeen: Int64
    private var lastID = Int64.min

    /// A run that lets go of what is older than `cutoff`.
    ///
    /// Times that cannot be at `now` do not count: such evidence is as old as what was written after it.
    /// - Parameters:
    ///   - store: The store; whoever writes evidence into it does it in this process.
    ///   - cutoff: Evidence from before this time goes.
    ///   - now: The current time.
    ///   - spared: Messages of greater ids stay, and their sessions.
    ///   - start: Where to begin.
    ///   - looksAtAll: Whether every message is looked at; otherwise the run ends where, in order of writing, nothing is
    ///     old any more, which is soon found.
    public init(
        _ store: UpgradeStore,
        before cutoff: Timestamp,
        now: Timestamp,
        sparing spared: Int64 = .max,
        from start: Start,
        looksAtAll: Bool
    ) {
        self.store = store
        bounds = PruneBounds(before: cutoff, now: now, sparing: spared)
        self.start = start
        self.looksAtAll = looksAtAll
        next = start
        firstSeen = start.sessions
    }

    /// Does the next transaction; whether there is more to do.
    public mutating func step() throws(StoreError) -> Bool {
        switch phase {
        case .preparing: try prepare()
        case .misdated: if try pruneSessions(Statements.chooseMisdated).sessions == 0 { phase = .sessions }
        case .sessions: if try pruneSessions(Statements.chooseSessions).sessions == 0 { phase = .messages }
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
        let (start, bounds) = (start.sessions, bounds)
        let (first, oldest, found) = try change { db in
            var bounds = bounds
            try bounds.findWritten(in: db)
            let revived = try Int64.fetchOne(db, sql: Statements.oldestRevived)
            let first = min(start, revived ?? start)
            let range = bounds.values(["start": first])
            try db.execute(sql: Statements.pruneTables)
            try db.execute(sql: Statements.holdSessions, arguments: range)
            try db.execute(sql: Statements.holdNewest)
            repeat {
                try db.execute(sql: Statements.holdMessages)
                try db.execute(sql: Statements.holdSharers, arguments: range)
            } while db.changesCount > 0
            let oldest = try Int64.fetchOne(
                db,
                sql: Statements.oldestHeld,
                arguments: ["floor": bounds.floor]
            )
            return (first, oldest ?? bounds.before, bounds)
        }
        self.bounds = found
        firstSeen = first
        next.sessions = min(oldest, found.before)
        phase = .misdated
    }

    /// Lets go of a few sessions' evidence.
    private mutating func pruneSessions(_ choice: String) throws(StoreError) -> PruneTally {
        let bounds = bounds
        let range = bounds.values(["start": firstSeen, "count": Self.sessionsAtOnce])
        let (step, last) = try change { db in
            var step = PruneTally()
            try db.execute(sql: Statements.clearPruned)
            try db.execute(sql: choice, arguments: range)
            guard let last = try Int64.fetchOne(db, sql: Statements.lastChosen) else {
                return (step, bounds.before)
            }
            try Self.chooseFamilies(in: db, bounds)
            try db.execute(sql: Statements.chooseLinked)
            try db.execute(sql: Statements.pruneLinks)
            try db.execute(sql: Statements.pruneSamples)
            step.samples = Int64(db.changesCount)
            step.messages = try Self.deleteChosen(in: db)
            try db.execute(sql: Statements.markSessions, arguments: [bounds.before])
            step.sessions = Int64(db.changesCount)
            return (step, last)
        }
        if phase == .sessions { firstSeen = last }
        tally.add(step)
        return step
    }

    private mutating func pruneMessages() throws(StoreError) {
        let (bounds, after) = (bounds, lastID)
        let window = try change { db -> (last: Int64, isOld: Bool, count: Int64)? in
            let values = bounds.values(["after": after, "count": Self.messagesAtOnce])
            let row = try Row.fetchOne(db, sql: Statements.messageWindow, arguments: values)
            guard let row, let last = row[0] as Int64? else { return nil }
            guard (row[1] as Int64?) == 1 else { return (last, false, 0) }
            try db.execute(sql: Statements.clearPruned)
            try db.execute(
                sql: Statements.chooseMessages,
                arguments: bounds.values(["after": after, "last": last])
            )
            // By their own time they would not belong to sessions that go on: that is looked up among all links.
            if try Bool.fetchOne(db, sql: Statements.isMisdatedChosen, arguments: values) == true {
                try db.execute(sql: Statements.keepLinked)
            }
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
        // What was not reached may be why a session failed that is still read again.
        let values = bounds.values(["oldest": next.sessions, "transfers": start.transfers])
        tally.samples += try change { db in
            try db.execute(sql: Statements.pruneUnreached, arguments: values)
            try db.execute(sql: Statements.pruneStraySamples, arguments: values)
            return Int64(db.changesCount)
        }
        next.transfers = bounds.before
        phase = .done
    }

    /// Parents first, so that all children of a gateway follow.
    private static func chooseFamilies(in db: Database, _ bounds: PruneBounds) throws {
        for sql in Statements.chooseFamilies { try db.execute(sql: sql, arguments: bounds.values()) }
    }

    /// Counts the chosen messages for their recordings, and deletes them.
    private static func deleteChosen(in db: Database) throws -> Int64 {
        try db.execute(sql: Statements.countPruned)
        try db.execute(sql: Statements.pruneMessages)
        return Int64(db.changesCount)
    }
}

// Writes what a batch holds, row by row, within one transaction.

import Dialects
import GRDB
import Sessions
import Traffic

/// The statements of one transaction, and what is known of the store meanwhile.
///
/// What a row points to is looked up or known before the row is written, so that this holds even where SQLite does
/// not enforce foreign keys.
struct BatchWriter {
    /// What is known of the store.
    var cache: WriteCache
    let db: Database
    /// Links to messages that are not yet written.
    var links: [SessionLink] = []
    /// Sessions whose gateway's session may be written after them.
    var parents: [(sessionID: Int64, parent: Session.Key)] = []

    private let connection: KeyedStatements<StoredConnection>
    private let findRecording: RowStatement
    private let findTopic: RowStatement
    private let insertTopic: RowStatement
    private let messages: BulkInsert

    /// A writer for a transaction that has begun; `cache` is forgotten when others have written since it was made.
    init(in db: Database, knowing cache: consuming WriteCache) throws {
        self.db = db
        let dataVersion = try RowStatement(Statements.dataVersion, in: db).number() ?? 0
        if cache.dataVersion != dataVersion { cache = WriteCache() }
        cache.dataVersion = dataVersion
        self.cache = cache
        connection = try KeyedStatements(Statements.connection, in: db)
        findRecording = try RowStatement(Statements.recordingExists, in: db)
        findTopic = try RowStatement(Statements.topicID, in: db)
        insertTopic = try RowStatement(Statements.insertTopic, in: db)
        messages = try BulkInsert(into: "message", Statements.messageColumns, rowsAtOnce: 64, in: db)
    }

    /// Adds a connection, or what is new about it.
    @discardableResult
    mutating func save(_ stored: StoredConnection) throws -> Int64 {
        try Self.check(stored)
        let known = try cache.connections[stored.vantage] ?? connection.id(of: stored)
        if let known {
            try connection.update(known, to: stored)
        } else {
            try requireRecording(stored.vantage.recordingID)
        }
        let id = try known ?? connection.id(inserting: stored)
        cache.connections.note(id, of: stored.vantage)
        return id
    }

    /// Adds messages, and the connections, topics and rules that are new with them.
    mutating func insert(_ new: MessageRows) throws {
        let ruleIDs = try new.rules.map { try ruleID(of: $0) }
        try new.slab.withUnsafeBytes { slab in
            try messages.execute(count: new.count) { statement, index, before in
                let row = new.rows[index]
                let topic = UnsafeRawBufferPointer(rebasing: slab[row.topic])
                statement.bind(row.id, at: before + 1)
                statement.bind(try connectionID(of: row.vantage), at: before + 2)
                statement.bind(try topicID(of: topic, hash: row.topicHash), at: before + 3)
                statement.bind(row.reading.map { ruleIDs[$0.rule] }, at: before + 4)
                statement.bind(row, in: slab, after: before + 4)
            }
        }
        cache.note(new.rows)
    }

    /// The id of a topic, which is added when it is new.
    mutating func topicID(of topic: UnsafeRawBufferPointer, hash: UInt64) throws -> Int64 {
        if let id = cache.topics.id(of: topic, hash: hash) { return id }
        insertTopic.bind(blob: topic, at: 1)
        let id: Int64
        if try insertTopic.execute() == 1 {
            id = db.lastInsertedRowID
        } else {
            findTopic.bind(blob: topic, at: 1)
            guard let found = try findTopic.number() else {
                preconditionFailure("A topic is there or was added")
            }
            id = found
        }
        cache.topics.note(id, of: topic, hash: hash)
        return id
    }

    /// The id of a topic that stands by itself.
    mutating func topicID(of topic: [UInt8]) throws -> Int64 {
        var hasher = Hasher()
        return try topic.withUnsafeBytes { bytes in
            hasher.combine(bytes: bytes)
            return try topicID(of: bytes, hash: UInt64(bitPattern: Int64(hasher.finalize())))
        }
    }

    /// The id of a rule, which is added when it is new.
    mutating func ruleID(of rule: StoredRule) throws -> Int64 {
        if let id = cache.rules[rule] { return id }
        let values = [rule.dialect.databaseValue, rule.name.databaseValue, rule.event.rawValue.databaseValue]
        let find = try RowStatement(Statements.ruleID, in: db)
        find.bind(values)
        let insert = try RowStatement(Statements.insertRule, in: db)
        insert.bind(values)
        let id = try find.number() ?? insert.insert()
        cache.rules[rule] = id
        return id
    }

    /// Throws unless there is such a recording.
    mutating func requireRecording(_ id: Int64) throws {
        guard !cache.recordings.contains(id) else { return }
        findRecording.bind(id, at: 1)
        guard try findRecording.number() != nil else { throw Self.missing("recording \(id)") }
        cache.recordings.insert(id)
    }

    /// The error of a row that points to nothing.
    static func missing(_ what: String) -> StoreError {
        StoreError(.constraint, "There is no \(what) in the store, which the evidence belongs to")
    }

    private mutating func connectionID(of vantage: Vantage) throws -> Int64 {
        try cache.connections[vantage] ?? save(StoredConnection(vantage: vantage))
    }
}

private extension RowStatement {
    /// Binds what a row holds itself.
    func bind(_ row: MessageRow, in slab: UnsafeRawBufferPointer, after before: Int32) {
        bind(row.recordedAt.nanoseconds, at: before + 1)
        bind(row.direction == .toBroker, at: before + 2)
        bind(Int64(row.qos.rawValue), at: before + 3)
        bind(row.isRetained, at: before + 4)
        bind(row.isDuplicate, at: before + 5)
        bind(row.packetID.map { Int64($0) }, at: before + 6)
        bind(blob: UnsafeRawBufferPointer(rebasing: slab[row.payload]), at: before + 7)
        let reading = row.reading
        var rest = UnsafeRawBufferPointer(rebasing: slab[row.payload.upperBound...])
        bind(text: rest.take(reading?.deviceCount), at: before + 8)
        bind(text: rest.take(reading?.commandCount), at: before + 9)
        bind(reading?.claimedAt?.nanoseconds, at: before + 10)
        bind(reading?.percent, at: before + 11)
        bind(reading?.downloadedBytes, at: before + 12)
        bind(reading?.totalBytes, at: before + 13)
        bind(reading?.bytesPerSecond, at: before + 14)
        bind(reading?.isOK.map { Int64($0 ? 1 : 0) }, at: before + 15)
        bind(text: rest.take(reading?.versionCount), at: before + 16)
        bind(text: rest.take(reading?.codeCount), at: before + 17)
    }
}

private extension UnsafeRawBufferPointer {
    /// Takes the first `count` bytes, or nothing.
    mutating func take(_ count: Int32?) -> UnsafeRawBufferPointer? {
        guard let count = count.map(Int.init) else { return nil }
        defer { self = UnsafeRawBufferPointer(rebasing: self[count...]) }
        return UnsafeRawBufferPointer(rebasing: self[..<count])
    }
}

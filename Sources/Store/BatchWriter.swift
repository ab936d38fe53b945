// Writes what a batch holds, row by row, within one transaction.

import Dialects
import GRDB
import Traffic

/// The statements of one transaction, and what is known of the store meanwhile.
///
/// What a row points to is looked up or known before the row is written, so that this holds even where SQLite does
/// not enforce foreign keys.
struct BatchWriter {
    /// What is known of the store.
    var cache: WriteCache
    let db: Database

    private let connection: KeyedStatements<StoredConnection>
    private let findRecording: RowStatement
    private let findTopic: RowStatement
    private let insertTopic: RowStatement
    private let insertMessage: RowStatement

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
        insertMessage = try RowStatement(Statements.insertMessage, in: db)
    }

    /// Adds a connection, or what is new about it.
    @discardableResult
    mutating func save(_ stored: StoredConnection) throws -> Int64 {
        let known = try cache.connections[stored.vantage] ?? connection.id(of: stored)
        if let known {
            try connection.update(known, to: stored)
        } else {
            try requireRecording(stored.vantage.recordingID)
        }
        let id = try known ?? connection.id(inserting: stored)
        cache.note(id, of: stored.vantage)
        return id
    }

    /// Adds messages, and the connections, topics and rules that are new with them.
    mutating func insert(_ messages: MessageRows) throws {
        let ruleIDs = try messages.rules.map { try ruleID(of: $0) }
        try messages.slab.withUnsafeBytes { slab in
            for row in messages.rows {
                let topic = UnsafeRawBufferPointer(rebasing: slab[row.topic])
                insertMessage.bind(row.id, at: 1)
                insertMessage.bind(try connectionID(of: row.vantage), at: 2)
                insertMessage.bind(try topicID(of: topic, hash: row.topicHash), at: 3)
                insertMessage.bind(row.reading.map { ruleIDs[$0.rule] }, at: 4)
                insertMessage.bind(row, in: slab)
                try insertMessage.execute()
                cache.noteMessage(row.id)
            }
        }
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
            guard let found = try findTopic.number() else { preconditionFailure("A topic is there or was added") }
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
    /// Binds what a row holds itself, from the fifth place on.
    func bind(_ row: MessageRow, in slab: UnsafeRawBufferPointer) {
        bind(row.recordedAt.nanoseconds, at: 5)
        bind(row.direction == .toBroker, at: 6)
        bind(Int64(row.qos.rawValue), at: 7)
        bind(row.isRetained, at: 8)
        bind(row.isDuplicate, at: 9)
        bind(row.packetID.map { Int64($0) }, at: 10)
        bind(blob: UnsafeRawBufferPointer(rebasing: slab[row.payload]), at: 11)
        let reading = row.reading
        var rest = UnsafeRawBufferPointer(rebasing: slab[row.payload.upperBound...])
        bind(text: rest.take(reading?.deviceCount), at: 12)
        bind(text: rest.take(reading?.commandCount), at: 13)
        bind(text: rest.take(reading?.versionCount), at: 14)
        bind(text: rest.take(reading?.codeCount), at: 15)
        bind(reading?.claimedAt?.nanoseconds, at: 16)
        bind(reading?.percent, at: 17)
        bind(reading?.downloadedBytes, at: 18)
        bind(reading?.totalBytes, at: 19)
        bind(reading?.bytesPerSecond, at: 20)
        bind(reading?.isOK.map { Int64($0 ? 1 : 0) }, at: 21)
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

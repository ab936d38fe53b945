// Ids that the writer has seen, so that it need not look them up for every message.

import GRDB
import Traffic

/// Ids of topics and connections, bounded; void when a transaction is undone.
struct WriteCache: Sendable {
    /// Entries kept of each kind before the cache starts afresh.
    private static let limit = 50_000

    private struct Connection {
        var id: Int64
        var isClientKnown: Bool
    }

    private var topics: [[UInt8]: Int64] = [:]
    private var connections: [Vantage: Connection] = [:]

    /// The id of a topic, which is added when it is new.
    mutating func topicID(of bytes: [UInt8], in db: Database) throws -> Int64 {
        if let id = topics[bytes] { return id }
        let known = try db.cachedStatement(sql: Statements.topicID)
        let id = try Int64.fetchOne(known, arguments: [bytes.blob]) ?? insertTopic(bytes, in: db)
        if topics.count >= Self.limit { topics.removeAll(keepingCapacity: true) }
        topics[bytes] = id
        return id
    }

    /// The id of the connection a message was seen on, which is added when it is new.
    mutating func connectionID(of message: Message, in db: Database) throws -> Int64 {
        let isClientStated = message.clientID != nil
        if let known = connections[message.vantage], known.isClientKnown || !isClientStated {
            return known.id
        }
        var connection = StoredConnection(vantage: message.vantage)
        connection.client = message.client
        connection.clientID = message.clientID
        return try save(connection, in: db)
    }

    /// Adds a connection, or what is new about it.
    @discardableResult
    mutating func save(_ connection: StoredConnection, in db: Database) throws -> Int64 {
        let id = try Statements.connection.id(inserting: connection, in: db)
        if connections.count >= Self.limit { connections.removeAll(keepingCapacity: true) }
        let isClientKnown =
            connection.clientID != nil || connections[connection.vantage]?.isClientKnown == true
        connections[connection.vantage] = Connection(id: id, isClientKnown: isClientKnown)
        return id
    }

    private func insertTopic(_ bytes: [UInt8], in db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: Statements.insertTopic)
        try statement.execute(arguments: [String(decoding: bytes, as: UTF8.self), bytes.blob])
        return db.lastInsertedRowID
    }
}

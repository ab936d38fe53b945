// Servers that were not reached: how they become rows, and back.

import GRDB
public import Traffic

extension UpgradeStore {
    /// What was not reached within a stretch of time, by anybody, in the order in which it was given up.
    ///
    /// - Parameters:
    ///   - start: Where the stretch begins; nothing counts that was given up before.
    ///   - end: Where it ends.
    ///   - limit: How many there are at most, the first.
    ///   - isWanted: Which of them count.
    /// - Returns: the servers.
    /// - Throws: `StoreError` when they cannot be read.
    public func unreached(
        from start: Timestamp,
        to end: Timestamp,
        limit: Int = 10_000,
        where isWanted: (UnreachedServer) -> Bool = { _ in true }
    ) throws(StoreError) -> [StoredUnreached] {
        try read("Cannot read what was not reached") { db in
            let arguments: StatementArguments = [start.nanoseconds, end.nanoseconds]
            let rows = try Row.fetchCursor(db, sql: Statements.unreachedWithin, arguments: arguments)
            var found: [StoredUnreached] = []
            while found.count < limit, let row = try rows.next() {
                let unreached = try StoredUnreached(row: row)
                if isWanted(unreached.server) { found.append(unreached) }
            }
            return found
        }
    }
}

extension Statements {
    static let unreached = TableInsert<StoredUnreached>(
        into: "unreached",
        [
            .init("recording_id") { $0.recordingID },
            .init("started_at") { $0.server.startedAt.nanoseconds },
            .init("ended_at") { $0.server.endedAt.nanoseconds },
            .init("client") { $0.server.client.description },
            .init("server") { $0.server.server.description },
            .init("name") { $0.server.name },
            .init("cause") { $0.server.cause.rawValue },
            .init("count") { $0.server.count },
        ]
    )
    static let allUnreached = "SELECT * FROM unreached ORDER BY ended_at, id"
    static let unreachedWithin = """
        SELECT * FROM unreached WHERE ended_at >= ?1 AND started_at <= ?2 ORDER BY ended_at, id
        """
    static let latestUnreached = """
        SELECT * FROM (SELECT * FROM unreached WHERE ended_at >= ? ORDER BY ended_at DESC, id DESC LIMIT ?)
        ORDER BY ended_at, id
        """
}

extension BatchWriter {
    /// Adds what was not reached.
    mutating func insert(_ unreached: [StoredUnreached]) throws {
        guard !unreached.isEmpty else { return }
        let row = try RowStatement(Statements.unreached.sql, in: db)
        for server in unreached {
            try requireRecording(server.recordingID)
            try Statements.unreached.execute(server, with: row)
        }
    }
}

extension StoredUnreached {
    /// Reads a row of `unreached`.
    init(row: Row) throws {
        let unknown = Endpoint(address: IPAddress(high: 0, low: 0), port: 0)
        self.init(
            recordingID: row["recording_id"],
            server: UnreachedServer(
                client: Endpoint(text: row["client"]) ?? unknown,
                server: Endpoint(text: row["server"]) ?? unknown,
                name: row["name"],
                startedAt: Timestamp(nanoseconds: row["started_at"]),
                endedAt: Timestamp(nanoseconds: row["ended_at"]),
                count: row["count"],
                cause: try row.named("cause")
            )
        )
    }
}

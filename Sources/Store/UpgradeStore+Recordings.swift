// The life of a recording in the store.

import GRDB
public import Traffic

extension UpgradeStore {
    /// Begins a recording and gives it its id.
    ///
    /// - Parameters:
    ///   - recording: What is known of it.
    ///   - replaced: Recordings that it reads again and takes the place of when it ends well; so it does of one that
    ///     failed or was interrupted while the same file was read.
    /// - Returns: its id.
    /// - Throws: `.alreadyImported` when a file of the same SHA-256 was imported before, or is being imported.
    public func beginRecording(_ recording: RecordingStart, replacing replaced: [Int64] = [])
        throws(StoreError) -> Int64
    {
        try write("Cannot begin a recording") { db in
            let id = try Statements.recording.execute(recording, in: db)
            for earlier in replaced { try Self.mark(earlier, id, in: db) }
            if let sha256 = recording.fileSHA256 {
                let file = FileRecording.File(path: recording.filePath ?? recording.source, sha256: sha256)
                try Self.claim(file, named: recording.source, for: id, in: db)
            }
            return id
        }
    }

    /// Ends a recording with its last totals; `state` says how it ended and is not `.running`.
    public func finishRecording(
        _ id: Int64,
        endedAt: Timestamp,
        counts: RecordingCounts,
        state: StoredRecording.State
    ) throws(StoreError) {
        try write("Cannot end recording \(id)") { db in
            try Self.save(counts, of: id, in: db)
            let statement = try db.cachedStatement(sql: Statements.endRecording)
            try statement.execute(arguments: [endedAt.nanoseconds, state.rawValue, id])
        }
        copyLogIntoFile()
    }

    /// Removes a recording that has come to nothing: none that holds a message or a download is removed.
    public func discardRecording(_ id: Int64) throws(StoreError) {
        try write("Cannot remove recording \(id)") { db in
            try db.execute(sql: Statements.discardRecording, arguments: [id])
        }
    }

    /// Ends every recording that still runs as interrupted, at the last thing it saw.
    ///
    /// Only for who knows that no recorder is alive. When a killed recorder stopped is not known, and any later time
    /// would count as a silence that nobody listened to. What had read other recordings again, to take their place, is
    /// removed: those are still there.
    public func interruptRunningRecordings() throws(StoreError) {
        try write("Cannot end interrupted recordings") { db in
            try Self.discardUnfinishedReplacements(in: db)
            try db.execute(sql: Statements.interruptRecordings)
        }
    }

    /// Writes outages, in place of what was written of them while they lasted.
    public func save(_ outages: [RecordingOutage]) throws(StoreError) {
        guard !outages.isEmpty else { return }
        try write("Cannot write outages") { db in
            for outage in outages {
                try db.execute(
                    sql: Statements.saveOutage,
                    arguments: [
                        outage.recordingID, outage.startedAt.nanoseconds, outage.endedAt?.nanoseconds,
                        outage.isSessionKept, outage.cause,
                    ]
                )
            }
        }
    }

    /// All outages of all recordings.
    public func outages() throws(StoreError) -> [RecordingOutage] {
        try read("Cannot list outages") { db in
            try Row.fetchAll(db, sql: Statements.outages).map { row in
                var outage = RecordingOutage(
                    recordingID: row["recording_id"],
                    startedAt: Timestamp(nanoseconds: row["started_at"]),
                    cause: row["cause"]
                )
                outage.endedAt = row.timestamp("ended_at")
                outage.isSessionKept = row["is_session_kept"]
                return outage
            }
        }
    }

    /// All recordings, oldest first.
    public func recordings() throws(StoreError) -> [StoredRecording] {
        try read("Cannot list recordings") { db in
            try Row.fetchAll(db, sql: Statements.recordings).map(StoredRecording.init(row:))
        }
    }

    /// The numbers that a recording has given away so far.
    public func numbers(ofRecording id: Int64) throws(StoreError) -> RecordedNumbers {
        try read("Cannot read the numbers of recording \(id)") { db in
            RecordedNumbers(
                connections: try Int.fetchOne(db, sql: Statements.lastConnection, arguments: [id]) ?? 0,
                assemblies: try Int.fetchOne(db, sql: Statements.lastAssembly, arguments: [id]) ?? 0
            )
        }
    }

    /// The id that the next message gets: one more than the largest in the store.
    public func nextMessageID() throws(StoreError) -> Int64 {
        try read("Cannot read message ids") { db in
            try Int64.fetchOne(db, sql: Statements.lastMessageID).map { $0 + 1 } ?? 1
        }
    }

    /// The id that the next transfer gets: one more than the largest in the store.
    public func nextTransferID() throws(StoreError) -> Int64 {
        try read("Cannot read transfer ids") { db in
            try Int64.fetchOne(db, sql: Statements.lastTransferID).map { $0 + 1 } ?? 1
        }
    }

    /// Replaces a recording's totals.
    static func save(_ counts: RecordingCounts, of id: Int64, in db: Database) throws {
        let statement = try db.cachedStatement(sql: Statements.updateCounts)
        let values = Statements.countColumns.map { $0.value(counts) } + [id.databaseValue]
        try statement.execute(arguments: StatementArguments(values))
        guard db.changesCount == 1 else {
            throw StoreError(.notFound, "There is no recording \(id) in the store")
        }
    }
}

// The end of an import, and what one that was cut off leaves.

import GRDB
import Traffic

extension UpgradeStore {
    /// Ends a recording of files; what it was read to take the place of is removed in the same moment.
    public func finishImport(_ end: ImportEnd) throws(StoreError) {
        try write("Cannot end recording \(end.recordingID)") { db in
            _ = try Self.removeReplaced(by: end, in: db)
            try Self.write(end, in: db)
        }
        copyLogIntoFile()
    }

    /// The recordings whose sessions were not derived from all their evidence, oldest first.
    ///
    /// - Parameter isRecording: Whether a process is at work on those that run, which do not count then.
    /// - Returns: their ids.
    /// - Throws: what the store throws.
    public func recordingsWithoutSessions(isRecording: Bool = false) throws(StoreError) -> [Int64] {
        try read("Cannot list recordings") { db in
            try Int64.fetchAll(db, sql: Statements.recordingsDue, arguments: [isRecording])
        }
    }

    /// Removes the recordings that an import takes the place of; those that it has not wholly read stay as they are.
    ///
    /// - Returns: the recordings that are gone.
    static func removeReplaced(by end: ImportEnd, in db: Database) throws -> [Int64] {
        let digests = Set(end.files.map(\.sha256))
        let whole = end.isWhole ? digests : Set(end.files.dropLast().map(\.sha256))
        let ids = try Int64.fetchAll(db, sql: Statements.recordingsReplaced, arguments: [end.recordingID])
        let gone = try ids.filter { id in
            let rows = try Row.fetchAll(db, sql: Statements.filesOfRecording, arguments: [id])
            let isFinished =
                try String.fetchOne(db, sql: Statements.recordingState, arguments: [id])
                == StoredRecording.State.finished.rawValue
            return rows.allSatisfy { (isFinished ? whole : digests).contains($0["sha256"]) }
        }
        try delete(gone, in: db)
        try db.execute(sql: Statements.unmarkReplaced, arguments: [end.recordingID])
        for file in end.files { try db.execute(sql: Statements.dropFile, arguments: [file.sha256]) }
        for (place, file) in end.files.enumerated() {
            try db.execute(
                sql: Statements.placeFile,
                arguments: [file.sha256, end.recordingID, place + 1, file.path]
            )
        }
        return gone
    }

    /// Writes how an import ended.
    static func write(_ end: ImportEnd, in db: Database) throws {
        try save(end.counts, of: end.recordingID, in: db)
        let state: StoredRecording.State = end.isWhole ? .finished : .failed
        try db.execute(
            sql: Statements.endRecording,
            arguments: [end.endedAt.nanoseconds, state.rawValue, end.recordingID]
        )
        if end.hasSessions {
            try db.execute(sql: Statements.noteSessions, arguments: [end.recordingID])
        }
    }

    /// Removes recordings that read others again and were cut off: those others are still there.
    static func discardUnfinishedReplacements(in db: Database) throws {
        try delete(try Int64.fetchAll(db, sql: Statements.replacementsRunning), in: db)
    }
}

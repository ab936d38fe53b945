// The files that recordings were read from.

import GRDB
public import Traffic

extension UpgradeStore {
    /// Whether a file of this SHA-256 is in the store.
    public func isImported(sha256: String) throws(StoreError) -> Bool {
        try read("Cannot look for a file") { db in
            try Row.fetchOne(db, sql: Statements.recordingOfFile, arguments: [sha256]) != nil
        }
    }

    /// Adds a file that continues the one before it to a running recording.
    ///
    /// - Parameters:
    ///   - path: Where the file lies.
    ///   - sha256: Its SHA-256.
    ///   - id: The recording.
    ///   - source: What the recording is called from now on.
    /// - Throws: `.alreadyImported` when a file of the same SHA-256 was imported before, or is being imported.
    public func addFile(_ path: String, sha256: String, to id: Int64, calling source: String)
        throws(StoreError)
    {
        try write("Cannot add \(path) to recording \(id)") { db in
            try Self.makeWay(forFile: sha256, named: path, in: db)
            try db.execute(sql: Statements.addFile, arguments: [sha256, id, path])
            try db.execute(sql: Statements.nameRecording, arguments: [source, id])
        }
    }

    /// The finished recordings of files that end within the one stretch of time, or begin within the other.
    public func fileRecordings(
        ending ends: ClosedRange<Timestamp>,
        beginning begins: ClosedRange<Timestamp>
    ) throws(StoreError) -> (before: [FileRecording], after: [FileRecording]) {
        try read("Cannot list recordings of files") { db in
            let arguments: StatementArguments = [
                ends.lowerBound.nanoseconds, ends.upperBound.nanoseconds,
                begins.lowerBound.nanoseconds, begins.upperBound.nanoseconds,
            ]
            var found: [(recording: FileRecording, isBefore: Bool)] = []
            for row in try Row.fetchAll(db, sql: Statements.adjacentRecordings, arguments: arguments) {
                let file = FileRecording.File(path: row["path"], sha256: row["sha256"])
                if let last = found.indices.last, found[last].recording.id == row["id"] {
                    found[last].recording.files.append(file)
                } else {
                    let recording = FileRecording(id: row["id"], bytes: row["captured_bytes"], files: [file])
                    found.append((recording, row["is_before"]))
                }
            }
            return (
                found.filter(\.isBefore).map(\.recording), found.filter { !$0.isBefore }.map(\.recording)
            )
        }
    }

    /// Removes a recording with its evidence, for who reads its files again; sessions have to be derived again.
    public func removeRecording(_ id: Int64) throws(StoreError) {
        try write("Cannot remove recording \(id)") { db in try Self.delete(id, in: db) }
    }

    private static func delete(_ id: Int64, in db: Database) throws {
        try db.execute(sql: Statements.deletionIndexes)
        try db.execute(sql: Statements.deleteRecording, arguments: [id])
        try db.execute(sql: Statements.dropDeletionIndexes)
    }

    /// Refuses a file that is in the store already, and removes what is left of an import that did not end well.
    static func makeWay(forFile sha256: String, named path: String, in db: Database) throws {
        let found = try Row.fetchOne(db, sql: Statements.recordingOfFile, arguments: [sha256])
        guard let earlier = found else { return }
        let id: Int64 = earlier["id"]
        switch try earlier.named("state") as StoredRecording.State {
        case .failed, .interrupted:
            try delete(id, in: db)
        case .running, .finished:
            throw StoreError(
                .alreadyImported,
                "\(path) is already in the store as recording \(id) (\(earlier["source"] as String));"
                    + " use another --store to import it again, or `otatape reindex` to read it with"
                    + " today's dialects"
            )
        }
    }
}

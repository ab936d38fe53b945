// The files that recordings were read from.

import GRDB
public import Traffic

extension UpgradeStore {
    /// Whether a file of this SHA-256 is in the store for good: in a recording that came to its end.
    ///
    /// - Parameters:
    ///   - sha256: The SHA-256.
    ///   - id: A recording that reads again what it takes the place of, which does not count.
    /// - Returns: whether it would be refused.
    /// - Throws: what the store throws.
    public func isImported(sha256: String, besidesWhatIsReplacedBy id: Int64? = nil) throws(StoreError)
        -> Bool
    {
        try read("Cannot look for a file") { db in
            try Self.holder(of: sha256, in: db)?.refusesAgain(for: id) ?? false
        }
    }

    /// The recording of a file whose import failed or was interrupted; `nil` when there is none.
    public func unfinishedImport(of sha256: String) throws(StoreError) -> FileRecording? {
        try read("Cannot look for a file") { db in
            guard let holder = try Self.holder(of: sha256, in: db), !holder.refusesAgain(for: nil) else {
                return nil
            }
            let rows = try Row.fetchAll(db, sql: Statements.filesOfRecording, arguments: [holder.id])
            let files = rows.map { FileRecording.File(path: $0["path"], sha256: $0["sha256"]) }
            return FileRecording(id: holder.id, bytes: holder.bytes, files: files)
        }
    }

    /// Adds a file that continues the one before it to a running recording.
    ///
    /// - Parameters:
    ///   - file: The file; when its import failed or was interrupted before, that recording is marked as one that this
    ///     one takes the place of.
    ///   - id: The recording.
    ///   - source: What the recording is called from now on.
    /// - Throws: `.alreadyImported` when a file of the same SHA-256 was imported before, or is being imported.
    public func addFile(_ file: FileRecording.File, to id: Int64, calling source: String) throws(StoreError) {
        try write("Cannot add \(file.path) to recording \(id)") { db in
            try Self.claim(file, named: file.path, for: id, in: db)
            try db.execute(sql: Statements.nameRecording, arguments: [source, id])
        }
    }

    /// Marks a recording as one that a running recording reads again, and takes the place of when it ends well.
    public func markReplaced(_ id: Int64, by successor: Int64) throws(StoreError) {
        try write("Cannot mark recording \(id)") { db in try Self.mark(id, successor, in: db) }
    }

    /// The finished recordings of files that end within the one stretch of time, or begin within the other, those
    /// first that began first.
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

    /// Removes a recording with its evidence; sessions have to be derived again.
    public func removeRecording(_ id: Int64) throws(StoreError) {
        try write("Cannot remove recording \(id)") { db in try Self.delete([id], in: db) }
    }

    static func delete(_ ids: [Int64], in db: Database) throws {
        guard !ids.isEmpty else { return }
        try db.execute(sql: Statements.deletionIndexes)
        for id in ids { try db.execute(sql: Statements.deleteRecording, arguments: [id]) }
        try db.execute(sql: Statements.dropDeletionIndexes)
    }

    /// Makes a file a running recording's own, as far as no recording that it takes the place of still holds it.
    ///
    /// Refuses a file that is in the store already.
    static func claim(
        _ file: FileRecording.File,
        named name: String,
        for id: Int64,
        in db: Database
    ) throws {
        if let holder = try holder(of: file.sha256, in: db) {
            guard !holder.refusesAgain(for: id) else {
                throw StoreError(
                    .alreadyImported,
                    "\(name) is already in the store as recording \(holder.id) (\(holder.source));"
                        + " use another --store to import it again, or `otatape reindex` to read it with"
                        + " today's dialects"
                )
            }
            try mark(holder.id, id, in: db)
        } else {
            try db.execute(sql: Statements.addFile, arguments: [file.sha256, id, file.path])
        }
    }

    static func mark(_ id: Int64, _ successor: Int64, in db: Database) throws {
        try db.execute(sql: Statements.markReplaced, arguments: [successor, id])
    }

    private static func holder(of sha256: String, in db: Database) throws -> FileHolder? {
        let row = try Row.fetchOne(db, sql: Statements.recordingOfFile, arguments: [sha256])
        return try row.map(FileHolder.init(row:))
    }
}

/// The recording that a file belongs to.
private struct FileHolder {
    let id: Int64
    let source: String
    let bytes: Int64
    let state: StoredRecording.State
    let replacedBy: Int64?

    init(row: Row) throws {
        id = row["id"]
        source = row["source"]
        bytes = row["captured_bytes"]
        state = try row.named("state")
        replacedBy = row["replaced_by"]
    }

    /// Whether the file may not be read once more, for a recording or for a new one.
    func refusesAgain(for id: Int64?) -> Bool {
        guard id == nil || replacedBy != id else { return false }
        return switch state {
        case .failed, .interrupted: false
        case .running, .finished: true
        }
    }
}

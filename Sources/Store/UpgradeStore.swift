// One SQLite file that holds everything: opening it, and the one way to read and to write it.

internal import GRDB
import Synchronization

/// The store: recordings, messages, transfers, sessions, findings and replays in one SQLite file.
///
/// The file is in WAL mode, so that reading never waits for a recorder; writes are serialized. One process records
/// into a store at a time, because the recorder gives out the ids; any number of processes may read.
public final class UpgradeStore: Sendable {
    /// How a store is opened.
    public enum Mode: Hashable, Sendable {
        /// Makes a new store where there is no file yet.
        case createIfMissing
        /// Wants a store to be there, and brings its schema up to date.
        case existing
        /// Wants a store to be there, and changes nothing; works where the user may only read.
        ///
        /// Where not even SQLite's -shm file is there or can be made, the file is taken as one that nobody changes
        /// while it is open: what is recorded meanwhile is not seen, and may make a read fail.
        case readOnly
    }

    /// The file.
    public let path: String
    /// Whether the store was opened for more than reading.
    public let isWritable: Bool

    /// The one connection that writes.
    private struct Writer {
        var cache = WriteCache()
        var checksRows = true
    }

    private let pool: DatabasePool
    private let writer = Mutex(Writer())

    private init(path: String, _ mode: Mode, pool: DatabasePool) {
        self.path = path
        isWritable = mode != .readOnly
        self.pool = pool
    }

    /// Opens the store at `path`; a new file is readable and writable by its owner only.
    ///
    /// - Throws: `.missing`, `.notAStore`, `.tooNew`, `.tooOld`, `.inaccessible`, `.busy`, each with its remedy.
    public static func open(path: String, _ mode: Mode) throws(StoreError) -> UpgradeStore {
        try open(path: path, mode, patience: 10)
    }

    /// Opens a store that is there: for reading alone where the user may not write to it.
    ///
    /// - Throws: as `open` does.
    public static func openAsFarAsAllowed(path: String) throws(StoreError) -> UpgradeStore {
        do {
            return try open(path: path, .existing)
        } catch {
            guard error.code == .inaccessible else { throw error }
            return try open(path: path, .readOnly)
        }
    }

    /// Opens a store that waits `patience` seconds for another program before it is `.busy`.
    static func open(path: String, _ mode: Mode, patience: Double) throws(StoreError) -> UpgradeStore {
        try StoreFile.prepare(path, mode)
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(patience)
            configuration.readonly = mode == .readOnly
            let location = try StoreFile.location(of: path, mode, configuration)
            configuration.prepareDatabase { db in try db.execute(sql: Schema.newFileSettings) }
            let pool = try DatabasePool(path: location, configuration: configuration)
            if mode != .readOnly {
                try Schema.migrator.migrate(pool)
                try pool.writeWithoutTransaction { db in try db.execute(sql: Schema.writerSettings) }
            }
            return UpgradeStore(path: path, mode, pool: pool)
        } catch {
            throw StoreError(error, during: "Cannot open \(path)")
        }
    }

    /// Closes the file; the store is of no use afterwards.
    ///
    /// Without it the file is closed with the last reference.
    /// - Throws: `.busy` while a read or a write is under way.
    public func close() throws(StoreError) {
        // A reader that is closed after the writer, as GRDB does it, would keep SQLite from clearing the log away.
        pool.releaseMemory()
        do { try pool.close() } catch { throw StoreError(error, during: "Cannot close \(path)") }
    }

    /// Copies the write-ahead log into the file, as far as no reader needs it; it does not matter if it cannot be now.
    func copyLogIntoFile() {
        _ = try? pool.writeWithoutTransaction { db in try db.checkpoint(.passive) }
    }

    /// Has the connection that writes do what no transaction can do.
    func outsideTransaction(_ action: String, _ body: (Database) throws -> Void) throws(StoreError) {
        do {
            try writer.withLock { _ in try pool.writeWithoutTransaction(body) }
        } catch {
            throw StoreError(error, during: action)
        }
    }

    /// Reads one consistent state of the store.
    func read<T>(_ action: String, _ body: (Database) throws -> T) throws(StoreError) -> T {
        do { return try pool.read(body) } catch { throw StoreError(error, during: action) }
    }

    /// Reads, and lets errors of the caller's own pass through unchanged.
    func readThrough(_ body: (Database) throws -> Void) throws {
        do { try pool.read(body) } catch let error as DatabaseError {
            throw StoreError(error, during: "Cannot read \(path)")
        }
    }

    /// Writes in one transaction: all of it is kept, or none.
    func write<T: Sendable>(_ action: String, _ body: (Database) throws -> T) throws(StoreError) -> T {
        do { return try writeThrough(body) } catch { throw StoreError(error, during: action) }
    }

    /// Writes in one transaction, and lets errors of the caller's own pass through unchanged.
    func writeThrough<T: Sendable>(_ body: (Database) throws -> T) throws -> T {
        try writer.withLock { writer in
            // What is deleted here takes with it what the recorder knew.
            writer.cache = WriteCache()
            return try transaction(&writer, checksRows: true, body)
        }
    }

    /// Writes a recorder's evidence in one transaction: all of it is kept, or none.
    ///
    /// SQLite does not check foreign keys meanwhile, which takes as long as writing the rows: nothing is deleted here,
    /// and `BatchWriter` has looked up, or written itself, whatever a row points to. Another program that deletes such
    /// a row changes the data version, after which everything is looked up again. Nor does it evaluate CHECKs, a
    /// fifth of what it does for a message: what the types of the values do not guarantee, `BatchWriter` checks.
    func write(_ action: String, evidence body: (inout BatchWriter) throws -> Void) throws(StoreError) {
        do {
            try writer.withLock { writer in
                // Ids given out in a transaction that was undone are void; so they are not put back then.
                var cache = writer.cache.take()
                writer.cache = try transaction(&writer, checksRows: false) { db in
                    var batch = try BatchWriter(in: db, knowing: cache.take())
                    try body(&batch)
                    return batch.cache
                }
            }
        } catch {
            throw StoreError(error, during: action)
        }
    }

    private func transaction<T: Sendable>(
        _ writer: inout Writer,
        checksRows: Bool,
        _ body: (Database) throws -> T
    ) throws -> T {
        try pool.writeWithoutTransaction { db in
            // Within a transaction the setting cannot be changed.
            if writer.checksRows != checksRows {
                try db.execute(sql: checksRows ? Schema.checkedWriting : Schema.uncheckedWriting)
                writer.checksRows = checksRows
            }
            var result: T?
            try db.inTransaction(.immediate) {
                result = try body(db)
                return .commit
            }
            guard let result else { preconditionFailure("A transaction that ended well has run its body") }
            return result
        }
    }
}

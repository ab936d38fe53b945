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

    private let pool: DatabasePool
    private let cache = Mutex(WriteCache())

    private init(path: String, pool: DatabasePool) {
        self.path = path
        self.pool = pool
    }

    /// Opens the store at `path`; a new file is readable and writable by its owner only.
    ///
    /// - Throws: `.missing`, `.notAStore`, `.tooNew`, `.tooOld`, `.inaccessible`, `.busy`, each with its remedy.
    public static func open(path: String, _ mode: Mode) throws(StoreError) -> UpgradeStore {
        try open(path: path, mode, patience: 10)
    }

    /// Opens a store that waits `patience` seconds for another program before it is `.busy`.
    static func open(path: String, _ mode: Mode, patience: Double) throws(StoreError) -> UpgradeStore {
        try StoreFile.prepare(path, mode)
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(patience)
            configuration.readonly = mode == .readOnly
            let location = try StoreFile.location(of: path, mode, configuration)
            let pool = try DatabasePool(path: location, configuration: configuration)
            if mode != .readOnly { try Schema.migrator.migrate(pool) }
            return UpgradeStore(path: path, pool: pool)
        } catch {
            throw StoreError(error, during: "Cannot open \(path)")
        }
    }

    /// Closes the file; the store is of no use afterwards.
    ///
    /// Without it the file is closed with the last reference.
    /// - Throws: `.busy` while a read or a write is under way.
    public func close() throws(StoreError) {
        do { try pool.close() } catch { throw StoreError(error, during: "Cannot close \(path)") }
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
    func write<T: Sendable>(
        _ action: String,
        _ body: (Database, inout WriteCache) throws -> T
    ) throws(StoreError) -> T {
        do { return try writeThrough(body) } catch { throw StoreError(error, during: action) }
    }

    /// Writes in one transaction, and lets errors of the caller's own pass through unchanged.
    func writeThrough<T: Sendable>(_ body: (Database, inout WriteCache) throws -> T) throws -> T {
        try cache.withLock { cache in
            do {
                return try pool.write { db in try body(db, &cache) }
            } catch {
                // Ids given out in a transaction that was undone are void.
                cache = WriteCache()
                throw error
            }
        }
    }
}

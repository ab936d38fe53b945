// The file beneath a store: whether it is there, whether it is ours, and who may read it.

import Glibc
import GRDB

/// Looks at a file before SQLite may change anything in it.
enum StoreFile {
    /// Makes an empty file of mode 0600 where the mode allows it, and explains a missing one.
    static func prepare(_ path: String, _ mode: UpgradeStore.Mode) throws(StoreError) {
        try checkLog(beside: path)
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { return }
            throw StoreError(
                .inaccessible,
                "\(path) is a directory; name a file in it, such as \(path)/otatape.sqlite"
            )
        }
        guard mode == .createIfMissing else { throw missing("There is no store at \(path)") }
        // SQLite gives its -wal and -shm files the mode of the main file.
        let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .inaccessible,
                "Cannot create \(path): \(String(cString: strerror(errno))); name another file with --store"
            )
        }
        Glibc.close(descriptor)
    }

    /// Refuses to begin a store beside the log of another one, which SQLite would take for void and delete.
    ///
    /// A store that is moved while it is written leaves its newest changes behind until its writer has closed it.
    private static func checkLog(beside path: String) throws(StoreError) {
        guard isEmpty(path), !isEmpty(path + "-wal") else { return }
        throw StoreError(
            .inaccessible,
            "\(path)-wal holds the newest changes of a store that was moved away before its recorder had closed it;"
                + " move that store back to \(path), or \(path)-wal to where it is now"
        )
    }

    /// The name by which SQLite can open the file, once it is known to be a store this program can use.
    ///
    /// That is its path, or a URI where a reader may not make the -shm file that SQLite reads a WAL store with.
    static func location(
        of path: String,
        _ mode: UpgradeStore.Mode,
        _ configuration: Configuration
    ) throws -> String {
        if access(path, R_OK) != 0 {
            throw StoreError(
                .inaccessible,
                "Cannot open \(path): you may not read it; ask its owner, or name another"
            )
        }
        if mode != .readOnly { try checkMayWrite(path) }
        return try withReader(of: path, mode, configuration) { db in try check(path, db, mode) }
    }

    /// Reads the file, and names it as `location` says.
    ///
    /// Where the mode wants more than reading, a file that SQLite cannot read as it is stays so.
    static func withReader(
        of path: String,
        _ mode: UpgradeStore.Mode,
        _ configuration: Configuration,
        _ body: (Database) throws -> Void
    ) throws -> String {
        var configuration = configuration
        configuration.readonly = true
        do {
            try read(at: path, configuration, body)
            return path
        } catch let error as DatabaseError where mode == .readOnly && isLackingCompanions(error) {
            let location = try immutableLocation(of: path, error)
            try read(at: location, configuration, body)
            return location
        }
    }

    private static func read(
        at location: String,
        _ configuration: Configuration,
        _ body: (Database) throws -> Void
    ) throws {
        let queue = try DatabaseQueue(path: location, configuration: configuration)
        defer { try? queue.close() }
        try queue.read(body)
    }

    /// Refuses to write where the system would refuse it in the middle.
    ///
    /// The folder takes the -wal file; where another program has made that already, the folder does not matter.
    private static func checkMayWrite(_ path: String) throws {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "."
        let places = access(path + "-wal", F_OK) == 0 ? [path, path + "-wal"] : [path, folder]
        for place in places where access(place, W_OK) != 0 {
            throw StoreError(
                .inaccessible,
                "Cannot open \(path) for writing: \(place): \(String(cString: strerror(errno)));"
                    + " run as its owner, or copy the store into a folder of your own"
            )
        }
    }

    static func isLackingCompanions(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
    }

    /// Whether a file is missing or holds nothing; one that may not be read counts as holding something.
    private static func isEmpty(_ path: String) -> Bool {
        guard access(path, F_OK) == 0 else { return true }
        guard let file = fopen(path, "rb") else { return false }
        defer { fclose(file) }
        return fgetc(file) == EOF
    }

    /// Has SQLite read the main file alone and without locks.
    ///
    /// Only where no changes wait in a -wal file: they would be missed. https://www.sqlite.org/uri.html#uriimmutable
    private static func immutableLocation(of path: String, _ error: DatabaseError) throws -> String {
        guard isEmpty(path + "-wal") else {
            throw StoreError(
                .inaccessible,
                "Cannot open \(path): its newest changes are in \(path)-wal, which SQLite reads only where you"
                    + " may write; copy both files into a folder of your own",
                cause: error
            )
        }
        let name = path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
        return (path.hasPrefix("/") ? "file://" : "file:") + name + "?immutable=1"
    }

    /// Refuses databases of other programs and schemas this program cannot use.
    private static func check(_ path: String, _ db: Database, _ mode: UpgradeStore.Mode) throws {
        // A run that was killed while it made the store leaves no table, or the migrator's only.
        let tables = try Int.fetchOne(db, sql: Statements.tableCount) ?? 0
        if tables > 0 { return try checkSchema(db, path, mode) }
        if mode == .readOnly { throw missing("\(path) holds nothing yet") }
    }

    private static func missing(_ finding: String) -> StoreError {
        StoreError(
            .missing,
            "\(finding); make a store with `otatape record` or `otatape import`,"
                + " or name another with --store or OTATAPE_STORE"
        )
    }

    /// What is wrong with a store that lacks a part of the schema.
    static func unreleased(_ missing: String) -> String {
        "was made by an unreleased otatape with other tables (it has no \(missing))"
    }

    /// What to do about such a store.
    static let unreleasedRemedy =
        "record or import into another --store, and read this one with the otatape that made it"

    private static func checkSchema(_ db: Database, _ path: String, _ mode: UpgradeStore.Mode) throws {
        guard try Int64.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
            throw StoreError(
                .notAStore,
                "\(path) is a database of another program; name another file with --store"
            )
        }
        if try Schema.migrator.hasBeenSuperseded(db) {
            throw StoreError(
                .tooNew,
                "\(path) was written by a newer otatape; use that version or a newer one"
            )
        }
        if let missing = try SchemaParts.missing(in: db).first {
            throw StoreError(.tooOld, "\(path) \(unreleased(missing)); \(unreleasedRemedy)")
        }
        if try mode == .readOnly && !Schema.migrator.hasCompletedMigrations(db) {
            throw StoreError(
                .tooOld,
                "\(path) was written by an older otatape; bring it up to date with `otatape reindex`"
            )
        }
    }
}

// The only place where SQLite's result codes become words.

internal import GRDB

extension StoreError {
    /// Puts a database error into words; an error of ours passes unchanged.
    init(_ error: any Error, during action: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.database, "\(action): \(error)", cause: error)
            return
        }
        let (code, remedy) = Self.remedy(for: error.resultCode)
        let reason = error.message ?? error.resultCode.description
        self.init(code, "\(action): \(reason)\(remedy.isEmpty ? "" : "; ")\(remedy)", cause: error)
    }

    private static func remedy(for code: ResultCode) -> (Code, String) {
        switch code {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            (.busy, "another program holds the store, try again when it is done")
        case .SQLITE_NOTADB:
            (.notAStore, "name another file with --store")
        case .SQLITE_CORRUPT:
            (
                .database,
                "the file is damaged, save what can be read with `sqlite3 DAMAGED .recover | sqlite3 NEW`"
                    + " and name the new file with --store"
            )
        case .SQLITE_FULL:
            (.full, "free some space on the disk")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_IOERR:
            (.inaccessible, "check the permissions of the file and its folder")
        case .SQLITE_CONSTRAINT:
            (.constraint, "if another program records into this store, stop it or use a store of its own")
        default:
            (.database, "")
        }
    }
}

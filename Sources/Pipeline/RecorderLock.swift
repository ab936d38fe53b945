// One recorder at a time: ids and sessions are given by the process that writes them.

import Foundation
import Store

/// An advisory lock beside a store, held while recording or importing; it ends with the process at the latest.
///
/// flock(2) on a file of its own: a lock on the database file would end SQLite's, which belong to the whole process.
final class RecorderLock: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Takes the lock, and marks recordings that a killed process left running as interrupted.
    ///
    /// - Throws: `.impossible` when another process records to the store.
    init(of store: UpgradeStore) throws {
        path = store.path + ".lock"
        descriptor = try Self.lock(path)
        do {
            try store.interruptRunningRecordings()
        } catch {
            release()
            throw error
        }
    }

    /// Whether a living process records or imports into the store at `path` now.
    ///
    /// A lock of another user that cannot be looked at counts as held: nothing is put in order beside it.
    static func isHeld(besideStoreAt path: String) -> Bool {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == EACCES && access(path + ".lock", F_OK) == 0 }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// Gives the lock back.
    func release() {
        unlink(path)
        close(descriptor)
    }

    private static func lock(_ path: String) throws(RunError) -> Int32 {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                let cause = String(cString: strerror(errno))
                throw RunError(
                    .unreadable,
                    "'\(path)' cannot be made (\(cause)); may you write in its folder?"
                )
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw RunError(
                    .impossible,
                    "Another process records or imports into this store; wait for it, or use another --store."
                )
            }
            if isStillThere(descriptor) { return descriptor }
            // The holder before us removed the file between our open and our lock.
            close(descriptor)
        }
    }

    /// Whether the open file still has its name; the link of a removed one says so (proc(5)).
    private static func isStillThere(_ descriptor: Int32) -> Bool {
        let name = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
        return name?.hasSuffix(" (deleted)") == false
    }
}

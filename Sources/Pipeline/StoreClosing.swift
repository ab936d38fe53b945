// A store is closed under a name of its own, so that another one can have its place.

import Foundation
import Spool
import Store
import Traffic

/// The end of a store that another one follows.
enum StoreClosing {
    /// Closes a store whose recordings have ended, and moves it out of the way.
    ///
    /// Its spools are empty from then on: everything in them is in the store that is closed.
    /// - Returns: the name that the store has now.
    /// - Throws: when the store cannot be closed or moved; it is then where it was.
    static func run(_ store: UpgradeStore, for successor: Successor) throws -> String {
        do {
            for folder in SpoolFolders.all(beside: store) { try DeliverySpool.settle(folder: folder) }
        } catch {
            throw RunError(.impossible, error.description, cause: error)
        }
        // Who reads the store may hold that up; its log then goes with it.
        try? store.emptyLog()
        try store.close()
        if let path = successor.movedTo {
            try linkCompanions(of: store.path, to: path)
            // The name that it was given back for the time of its closing, unless that was moved away again.
            if StoreIdentity(ofFileAt: store.path) == StoreIdentity(ofFileAt: path) { unlink(store.path) }
            removeCompanions(of: store.path)
            clearLog(of: path)
            return path
        }
        let path = name(for: store.path, begunAt: successor.begunAt)
        try linkCompanions(of: store.path, to: path)
        try move(store.path, to: path)
        removeCompanions(of: store.path)
        clearLog(of: path)
        return path
    }

    /// Has a log cleared away that our own last connection left, since one for reading was closed after it.
    ///
    /// Where another program reads the store, its log stays, and is empty.
    private static func clearLog(of path: String) {
        guard FileManager.default.fileExists(atPath: path + "-wal") else { return }
        try? UpgradeStore.open(path: path, .existing).close()
    }

    /// A name beside the store's own that nothing has: `field-20261123T000000Z.sqlite`.
    static func name(for path: String, begunAt time: Timestamp) -> String {
        let file = URL(filePath: path)
        let stem = file.deletingPathExtension().lastPathComponent
        let suffix = file.pathExtension.isEmpty ? "" : "." + file.pathExtension
        let digits = time.text(decimals: 0).filter { $0 != "-" && $0 != ":" }
        let folder = file.deletingLastPathComponent()
        var number = 1
        while true {
            let count = number == 1 ? "" : "-\(number)"
            let name = folder.appending(path: "\(stem)-\(digits)\(count)\(suffix)").path
            if !FileManager.default.fileExists(atPath: name) { return name }
            number += 1
        }
    }

    /// Gives the log that a program which reads the store keeps the store's new name beside its old one.
    ///
    /// Whenever we are killed, the store then has its log beside it, whichever of the two names it has.
    static func linkCompanions(of path: String, to name: String) throws(RunError) {
        for suffix in companions where FileManager.default.fileExists(atPath: path + suffix) {
            // One that an earlier try left.
            unlink(name + suffix)
            // A file system without hard links leaves moving it, and a moment in which it is beside neither.
            guard link(path + suffix, name + suffix) == 0 || rename(path + suffix, name + suffix) == 0 else {
                throw cannotMove(path + suffix, to: name + suffix)
            }
        }
    }

    /// Takes the old names away; what is left of them when we are killed before, SQLite removes: a log beside a store
    /// that is empty belongs to another one.
    private static func removeCompanions(of path: String) {
        for suffix in companions { unlink(path + suffix) }
    }

    private static let companions = ["-wal", "-shm"]

    private static func move(_ path: String, to name: String) throws(RunError) {
        guard rename(path, name) == 0 else { throw cannotMove(path, to: name) }
    }

    private static func cannotMove(_ path: String, to name: String) -> RunError {
        let cause = String(cString: strerror(errno))
        return RunError(.impossible, "\(path) cannot be given the name \(name): \(cause)")
    }
}

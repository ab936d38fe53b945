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
            try moveCompanions(of: store.path, to: path)
            // The name that it was given back for the time of its closing, unless that was moved away again.
            if StoreIdentity(ofFileAt: store.path) == StoreIdentity(ofFileAt: path) { unlink(store.path) }
            return path
        }
        let path = name(for: store.path, begunAt: successor.begunAt)
        try moveCompanions(of: store.path, to: path)
        try move(store.path, to: path)
        return path
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

    /// A program that reads the store keeps its log, which belongs to the file under whatever name.
    private static func moveCompanions(of path: String, to name: String) throws(RunError) {
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try move(path + suffix, to: name + suffix)
        }
    }

    private static func move(_ path: String, to name: String) throws(RunError) {
        guard rename(path, name) == 0 else { throw cannotMove(path, to: name) }
    }

    private static func cannotMove(_ path: String, to name: String) -> RunError {
        let cause = String(cString: strerror(errno))
        return RunError(.impossible, "\(path) cannot be given the name \(name): \(cause)")
    }
}

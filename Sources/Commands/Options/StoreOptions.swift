// Which store a command works on.

import ArgumentParser
import Foundation
import Pipeline
import Store

/// `--store FILE`, the same in every subcommand.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .customLong("store"),
        help: "The store's SQLite file (default: $OTATAPE_STORE, or otatape.sqlite)."
    )
    var path: String?

    @Flag(help: "Show credentials in URLs and texts instead of ***.")
    var showSecrets = false

    /// The file to use: the option, the environment, or the default in the current folder.
    var resolvedPath: String {
        let environment = ProcessInfo.processInfo.environment["OTATAPE_STORE"] ?? ""
        return path ?? (environment.isEmpty ? "otatape.sqlite" : environment)
    }

    /// Opens the store for reading; it must be there.
    ///
    /// What it may not show, because an import was cut off, is said.
    func openReadOnly() throws -> UpgradeStore {
        let store = try UpgradeStore.open(path: resolvedPath, .readOnly)
        if let note = try SessionsDue.note(of: store) { Console.note(note) }
        return store
    }

    /// Opens the store for replaying, which writes the outcome where it may; it must be there.
    func openAsFarAsAllowed() throws -> UpgradeStore {
        try UpgradeStore.openAsFarAsAllowed(path: resolvedPath)
    }

    /// Opens the store for deriving and pruning; it must be there.
    func open() throws -> UpgradeStore {
        try UpgradeStore.open(path: resolvedPath, .existing)
    }

    /// Opens the store for recording; it is made when missing.
    func openOrCreate() throws -> UpgradeStore {
        try UpgradeStore.open(path: resolvedPath, .createIfMissing)
    }
}

// `otatape-bench insert-rows`: SQLite alone.

import ArgumentParser
import Foundation

extension BareStore.Indexing: ExpressibleByArgument {}

struct InsertRowsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "insert-rows",
        abstract: "Insert all rows of a store into a new file through SQLite's C interface.",
        discussion: """
            The rows are read into memory first; measured is inserting, committing and closing. Prints rows and cost \
            as JSON.
            """
    )

    @Argument(help: "The store whose rows are inserted.")
    var store: String

    @Argument(help: "The new file; there must be none.")
    var file: String

    @Option(help: "When indexes are made: along with the rows, or after them.")
    var indexes = BareStore.Indexing.along

    func run() throws {
        let insertion = try BareStore(path: store).insert(into: file, indexes)
        Console.write(String(decoding: try JSONEncoder().encode(insertion), as: UTF8.self))
    }
}

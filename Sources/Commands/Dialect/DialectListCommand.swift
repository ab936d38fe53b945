// `otatape dialect list`: every dialect in a line.

import ArgumentParser
import Dialects
import Pipeline
import Reports
import Store

struct DialectListCommand: ParsableCommand {
    /// The four formats of rows, and the table of README.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, jsonl, csv, markdown
    }

    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the dialects: built-in ones, those of your folder and those given by file.",
        discussion: """
            Examples:
              otatape dialect list
              otatape dialect list --dialect mine.yaml --format json
              otatape dialect list --format markdown      messages, fields and what no recorder can see
            """
    )

    @Option(
        help: """
            How to print: \(Format.allCases.map(\.rawValue).joined(separator: ", ")) \
            (default: table on a terminal, csv otherwise).
            """
    )
    var format: Format?

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    func run() throws {
        let catalog = try dialects.load()
        let format = format ?? (Console.isTerminal ? .table : .csv)
        guard let rows = RowsFormat(rawValue: format.rawValue) else {
            Console.write(PackTable.markdown(catalog), terminator: "")
            return
        }
        Console.write(
            RowsReport(Self.listing(of: catalog)).text(as: rows, width: Console.width),
            terminator: ""
        )
    }

    private static func listing(of catalog: DialectCatalog) -> QueryResult {
        QueryResult(
            columns: ["dialect", "version", "title", "variants", "messages", "subscriptions", "from"],
            rows: catalog.entries.map { entry in
                let dialect = entry.dialect
                return [
                    .text(dialect.name), .integer(Int64(dialect.definitionVersion)), .text(dialect.title),
                    .text(dialect.variants.joined(separator: " ")),
                    .integer(Int64(dialect.messages.count)),
                    .text(dialect.subscriptions.joined(separator: " ")), .text(entry.source.description),
                ]
            }
        )
    }
}

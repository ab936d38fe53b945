// `otatape query`: the shipped SQL, or one's own.

import ArgumentParser
import Pipeline
import Reports
import Store

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Run a query of Queries/ by name, or SQL of your own, read-only.",
        discussion: """
            Every shipped query also runs as it stands: sqlite3 FILE.sqlite < Queries/NAME.sql

            Examples:
              otatape query --list
              otatape query download-stats
              otatape query session-timeline --param session=3 --format csv
              otatape query --sql "SELECT device_id, count(*) FROM session GROUP BY 1"
            """
    )

    @Argument(help: "The query's name.")
    var name: String?

    @Flag(help: "List the shipped queries with their parameters.")
    var list = false

    @Option(help: "SQL to run instead of a shipped query.")
    var sql: String?

    @Option(
        name: .customLong("param"),
        help: ArgumentHelp("A parameter; repeatable.", valueName: "name=value")
    )
    var parameters: [String] = []

    @OptionGroup var format: FormatOptions

    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard list || (name == nil) != (sql == nil) else {
            throw ValidationError("Name a query, or give --sql, or see what there is with --list.")
        }
        for parameter in parameters where !parameter.contains("=") {
            throw ValidationError("--param \(parameter): write it as name=value.")
        }
    }

    func run() throws {
        if list {
            Console.write(
                RowsReport(Self.listing).text(as: format.resolved, width: Console.width),
                terminator: ""
            )
            return
        }
        let opened = try store.openReadOnly()
        let result =
            if let sql {
                try opened.query(sql: sql, parameters: parameterValues)
            } else {
                try opened.query(named: name ?? "", parameters: parameterValues)
            }
        Console.write(
            RowsReport(result, showSecrets: store.showSecrets).text(
                as: format.resolved,
                width: Console.width
            ),
            terminator: ""
        )
    }

    private var parameterValues: [String: String] {
        let pairs = parameters.map { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
        return Dictionary(pairs) { $1 }
    }

    private static var listing: QueryResult {
        QueryResult(
            columns: ["query", "shows", "parameters"],
            rows: UpgradeStore.queries.map { query in
                [.text(query.name), .text(query.description), .text(query.parameters.joined(separator: " "))]
            }
        )
    }
}

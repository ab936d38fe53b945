// How rows are printed.

public import ArgumentParser
public import Reports

/// `--format`, wherever rows come out.
struct FormatOptions: ParsableArguments {
    @Option(
        help: """
            How to print: \(RowsFormat.allCases.map(\.rawValue).joined(separator: ", ")) \
            (default: table on a terminal, csv otherwise).
            """
    )
    var format: RowsFormat?

    /// The format to use: a table is for people only.
    var resolved: RowsFormat { format ?? (Console.isTerminal ? .table : .csv) }
}

extension RowsFormat: ExpressibleByArgument {}

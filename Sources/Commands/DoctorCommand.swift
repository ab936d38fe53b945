// `otatape doctor`: is this store fit, and what can be put in order?

import ArgumentParser
import Pipeline
import Reports
import Store

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check a store, its spools, its disk and its broker's settings; repair what is safe.",
        discussion: """
            Looks at the file (is it ours, its schema, every page, index and reference), at recordings that were \
            killed, times that cannot be, the write-ahead log, spools with deliveries that wait, free space (a warning \
            under 2 GiB, an error under 128 MiB), who may read the files, and whether this machine's mosquitto keeps \
            what it cannot deliver.

            --repair ends interrupted recordings and takes in what their spools hold, brings the schema up to date, \
            empties the log into the file, gathers SQLite's statistics, sets the files' modes and removes empty spool \
            folders. It deletes no evidence, does not touch a damaged file, and is refused while a process records.

            Exit codes: 0 when no check is an error (warnings may be), 1 otherwise, 2 when there is no store.

            Examples:
              otatape doctor --store /var/lib/otatape/otatape.sqlite
              otatape doctor --repair
              otatape doctor --quick --format json
            """
    )

    @Flag(help: "Put in order what is safe to put in order, then check.")
    var repair = false

    @Flag(help: "Read every page, and neither indexes, references nor the messages' times.")
    var quick = false

    @OptionGroup var format: FormatOptions

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    func run() async throws {
        let doctor = Doctor(path: store.resolvedPath, isThorough: !quick)
        let checks =
            repair
            ? try await doctor.repair(reading: try dialects.load().dialects) : try await doctor.examine()
        let rows = checks.map { check in
            [check.name, check.grade.rawValue, check.finding, check.remedy].map(SQLValue.text)
        }
        let result = QueryResult(columns: ["check", "result", "finding", "remedy"], rows: rows)
        let report = RowsReport(result, showSecrets: store.showSecrets)
        Console.write(report.text(as: format.resolved, width: Console.width), terminator: "")
        if checks.contains(where: { $0.grade == .error }) { throw ExitCode(1) }
    }
}

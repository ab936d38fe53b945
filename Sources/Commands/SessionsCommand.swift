// `otatape sessions`: the list of upgrade sessions, with filters.

public import ArgumentParser
import Pipeline
import Reports
public import Sessions
import Store
import Traffic

struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "List upgrade sessions, the newest last.",
        discussion: """
            Examples:
              otatape sessions
              otatape sessions --outcome failed --dialect jetlinks
              otatape sessions --device dev-01 --format json
            """
    )

    @Option(help: "Only this dialect, such as iot-cloud-ota or jetlinks.")
    var dialect: String?

    @Option(help: "Only this device.")
    var device: String?

    @Option(help: "Only this outcome: \(Session.Outcome.allCases.map(\.rawValue).joined(separator: ", ")).")
    var outcome: Session.Outcome?

    @Option(parsing: .unconditional, help: "At most so many, the newest.")
    var limit = 1_000

    @OptionGroup var format: FormatOptions

    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit \(limit): give at least 1.") }
    }

    func run() throws {
        let filter = SessionFilter(dialect: dialect, deviceID: device, outcome: outcome, limit: limit)
        let sessions = try store.openReadOnly().sessions(matching: filter)
        let report = SessionListReport(sessions, showSecrets: store.showSecrets)
        Console.write(report.text(as: format.resolved, width: Console.width), terminator: "")
        if sessions.isEmpty {
            let question = dialect.map { Spelling.question($0, among: DialectCatalog.builtInNames) } ?? ""
            Console.note("no session fits; `otatape sessions` without filters lists all.\(question)")
        }
    }
}

extension Session.Outcome: ExpressibleByArgument {}

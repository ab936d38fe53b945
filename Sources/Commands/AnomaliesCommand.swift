// `otatape anomalies`: what an engineer should look at, listed or counted.

public import ArgumentParser
import Pipeline
import Reports
public import Sessions
public import Store

struct AnomaliesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anomalies",
        abstract: "List what is odd about sessions, recordings and the fleet, the newest first.",
        discussion: """
            Notices are left out unless asked for by --severity notice, --code or --session. Findings about the \
            fleet are computed when they are asked for: fleet-correlation is the same failure on at least \
            --fleet-devices devices of one dialect, product and version within --fleet-minutes.

            Findings are those of the definitions that the sessions were derived with; nothing is read again here. \
            To see them with other ones: otatape reindex --dialect FILE, then this.

            Examples:
              otatape anomalies
              otatape anomalies --group code --severity notice
              otatape anomalies --code http-error --device dev-01 --format json
              otatape anomalies --session 3
              otatape anomalies --code fleet-correlation --fleet-devices 5 --fleet-minutes 30
            """
    )

    @Option(help: "Only this code, such as stall-gap or fleet-correlation.")
    var code: Anomaly.Code?

    @Option(help: "At least so severe: notice, warning, error (default: warning).")
    var severity: Anomaly.Severity?

    @Option(help: "Only of the session of this number.")
    var session: Int64?

    @Option(help: "Only of this device.")
    var device: String?

    @Option(help: "Count by code, device, firmware or severity, with an example each.")
    var group: AnomalyFilter.Grouping?

    @Option(parsing: .unconditional, help: "Devices that fail alike before it is a finding.")
    var fleetDevices = 3

    @Option(parsing: .unconditional, help: "Minutes within which they do.")
    var fleetMinutes = 60

    @Option(parsing: .unconditional, help: "At most so many, the newest.")
    var limit = 200

    @OptionGroup var format: FormatOptions

    @OptionGroup var store: StoreOptions

    func validate() throws {
        for (name, value) in [
            ("limit", limit), ("fleet-devices", fleetDevices), ("fleet-minutes", fleetMinutes),
        ]
        where !(1...1_000_000).contains(value) {
            throw ValidationError("--\(name) \(value): give 1 to 1000000.")
        }
    }

    private var filter: AnomalyFilter {
        AnomalyFilter(
            code: code,
            severity: severity ?? (code == nil && session == nil ? .warning : .notice),
            sessionID: session,
            deviceID: device,
            fleetDevices: fleetDevices,
            fleetMinutes: fleetMinutes,
            limit: limit
        )
    }

    func run() throws {
        let opened = try store.openReadOnly()
        if let group {
            let result = try opened.anomalies(matching: filter, by: group)
            let report = RowsReport(result, showSecrets: store.showSecrets)
            Console.write(report.text(as: format.resolved, width: Console.width), terminator: "")
            if result.rows.isEmpty { noteNothing() }
            return
        }
        let (found, isCut) = try opened.anomalies(matching: filter)
        let report = AnomalyListReport(found, isCut: isCut, showSecrets: store.showSecrets)
        Console.write(report.text(as: format.resolved, width: Console.width), terminator: "")
        if isCut { Console.note("there are more than \(limit); narrow them, or give --limit") }
        if found.isEmpty { noteNothing() }
    }

    private func noteNothing() {
        let hint = filter.severity > .notice ? "; --severity notice lists notices too" : ""
        Console.note("nothing was found that fits\(hint)")
    }
}

extension Anomaly.Code: ExpressibleByArgument {}
extension Anomaly.Severity: ExpressibleByArgument {}
extension AnomalyFilter.Grouping: ExpressibleByArgument {}

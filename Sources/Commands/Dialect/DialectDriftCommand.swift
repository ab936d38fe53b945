// `otatape dialect drift`: where devices have left their definitions, and since when.

import ArgumentParser
import Pipeline
import Reports
import Store
import Traffic

struct DialectDriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Tell which messages and fields no definition knows, and since when.",
        discussion: """
            Reads the stored messages again. Told are messages that a topic template claims and that cannot be read, \
            keys that no field of the definition knows, and keys that all messages had and none has any more; \
            by template, not by device. A message counts once, from however many vantages it was recorded and however \
            often it was delivered.

            Examples:
              otatape dialect drift --store field.sqlite
              otatape dialect drift --since 2026-05-01 --format csv
            """
    )

    @Option(help: "Messages recorded since this time only: 2026-05-01, or 2026-05-01T12:00:00Z.")
    var since: PointInTime?

    @OptionGroup var format: FormatOptions

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    func run() throws {
        let dialects = try dialects.load().dialects
        let opened = try store.openReadOnly()
        var pace = ProgressPace()
        let scan = try DriftScan(opened, dialects: dialects, since: since?.time) { messages in
            if pace.isDue() { Console.progress("\(messages) messages read") }
        }
        Console.endProgress()
        Console.write(
            RowsReport(table(of: scan), showSecrets: store.showSecrets).text(as: format.resolved),
            terminator: ""
        )
        let more =
            scan.uncounted > 0
            ? "; \(scan.uncounted) more sightings are not listed, to stay within bounds" : ""
        Console.note(
            "\(Count.text(scan.messages, "message")) read, \(Count.text(scan.findings.count, "difference"))\(more)"
        )
    }

    private func table(of scan: DriftScan) -> QueryResult {
        QueryResult(
            columns: ["dialect", "topic", "what", "field", "count", "first_seen", "last_seen", "example"],
            rows: scan.findings.map { finding in
                [
                    .text(finding.dialect), .text(finding.topic), .text(finding.kind.rawValue),
                    .text(finding.field), .integer(Int64(finding.count)),
                    .text(finding.firstSeen.text(decimals: 0)),
                    .text(finding.lastSeen.text(decimals: 0)),
                    .text(store.showSecrets ? finding.example : finding.maskedExample),
                ]
            }
        )
    }
}

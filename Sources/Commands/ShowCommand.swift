// `otatape show`: one session on one page.

import ArgumentParser
import Pipeline
import Reports
import Store

struct ShowCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one session: claimed beside measured, why it failed, and its timeline.",
        discussion: """
            The timeline holds MQTT and HTTP in one order; each line says which sources saw it.

            Examples:
              otatape show last-failed
              otatape show 3
              otatape show cmd-12345 --format json
            """
    )

    @Argument(help: "A session: its number, a command id, last or last-failed.")
    var session: String

    @Option(help: "How to print: text or json.")
    var format: Format = .text

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    func run() throws {
        let opened = try store.openReadOnly()
        let stored = try opened.session(SessionSelector(session))
        let timeline = try SessionTimeline.entries(of: stored, in: opened, dialects: dialects.load().dialects)
        let report = SessionReport(
            stored,
            timeline: timeline,
            family: try opened.family(of: stored),
            showSecrets: store.showSecrets
        )
        switch format {
        case .text:
            Console.write(report.text(isColoured: Console.isTerminal, width: Console.width), terminator: "")
        case .json: Console.write(report.json, terminator: "")
        }
    }
}

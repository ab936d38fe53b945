// `otatape dialect show`: one dialect on a page.

import ArgumentParser
import Dialects
import Pipeline
import Traffic

struct DialectShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "Show a dialect: its messages, fields and units, its timers, and what nobody can see of it.",
        discussion: """
            Examples:
              otatape dialect show jetlinks
              otatape dialect show iot-cloud-ota --yaml > mine.yaml     a beginning for one's own
            """
    )

    @Argument(help: "A dialect: its name, or an alias.")
    var name: String

    @Flag(help: "Print the definition itself.")
    var yaml = false

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    func run() throws {
        let entry = try dialects.load().entry(named: name)
        if yaml {
            // A file of the user's own may hold anything: its lines stay lines, the rest is escaped.
            let lines = entry.definition.yaml.split(separator: "\n", omittingEmptySubsequences: false)
            Console.write(
                lines.map { TerminalText.escaped(String($0)) }.joined(separator: "\n"),
                terminator: entry.definition.yaml.hasSuffix("\n") ? "" : "\n"
            )
        } else {
            Console.write(DialectPage.text(entry), terminator: "")
        }
    }
}

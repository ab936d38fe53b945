// `otatape dialect check`: whether definitions are right.

import ArgumentParser
import Dialects
import Pipeline

struct DialectCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check definition files: compile them, read their samples, write them and read them back.",
        discussion: """
            Every error names file, line and remedy. Warnings name what the definition can be used with nevertheless.

            Examples:
              otatape dialect check mine.yaml
              otatape dialect check ~/.config/otatape/dialects/*.yaml

            Exit code 0 when all are right, 2 otherwise.
            """
    )

    @Argument(help: "Definition files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    func run() throws {
        let others = try DialectCatalog.builtIn().entries.map(\.dialect)
        var isAllRight = true
        for file in files {
            do {
                let check = DefinitionCheck(try DefinitionFiles.text(ofFile: file), beside: others)
                report(check, file)
                isAllRight = isAllRight && check.errors.isEmpty
            } catch {
                Console.note("error: \(error.message)")
                isAllRight = false
            }
        }
        guard isAllRight else { throw ExitCode(2) }
    }

    private func report(_ check: DefinitionCheck, _ file: String) {
        for error in check.errors { Console.note("error: \(error)") }
        for warning in check.warnings { Console.note("warning: \(warning)") }
        guard let dialect = check.dialect, check.errors.isEmpty else { return }
        let samples = dialect.messages.reduce(0) { $0 + $1.samples.count }
        Console.write(
            "\(file): dialect \(dialect.name), \(Count.text(dialect.messages.count, "message")), "
                + "\(Count.text(samples, "sample")), all right"
        )
    }
}

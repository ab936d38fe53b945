// `otatape dialect language`: what a definition can say.

import ArgumentParser
import Dialects

struct DialectLanguageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "language",
        abstract: "Print the page that says what a definition can say, with a worked example.",
        discussion: """
            Example:
              otatape dialect language | less
            """
    )

    func run() {
        Console.write(BuiltInDefinitions.language, terminator: "")
    }
}

// `otatape dialect`: what the program can read, and whether a definition is right.

import ArgumentParser

struct DialectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialect",
        abstract: "List, show and check the dialects; find out where devices have left them.",
        discussion: """
            Examples:
              otatape dialect list
              otatape dialect show jetlinks
              otatape dialect check mine.yaml
              otatape dialect drift --store field.sqlite --since 2026-05-01
            """,
        subcommands: [
            DialectListCommand.self, DialectShowCommand.self, DialectCheckCommand.self,
            DialectDriftCommand.self, DialectLanguageCommand.self,
        ]
    )
}

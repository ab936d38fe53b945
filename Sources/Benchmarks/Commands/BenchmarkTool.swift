// `otatape-bench`: generates captures and measures otatape on them.

import ArgumentParser

@main
struct BenchmarkTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "otatape-bench",
        abstract: "Generate captures and measure otatape on them.",
        discussion: """
            Every measured program runs as a process of its own. Files go to a folder of their own below --folder, \
            which is removed in the end.
            """,
        subcommands: [
            CompareCommand.self, MemoryCommand.self, AllocationsCommand.self, GenerateCommand.self,
            CopyCommand.self, ReadPacketsCommand.self, InsertRowsCommand.self, LiveCommand.self,
            SniffCommand.self, PublishCommand.self,
        ],
        defaultSubcommand: CompareCommand.self
    )
}

// The command line's root: subcommands, and the one place where errors become words and exit codes.

public import ArgumentParser
import Pipeline

/// `otatape` with its subcommands.
public struct OtatapeCommand: AsyncParsableCommand {
    /// Name, abstract and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "otatape",
        abstract:
            "Records firmware-over-the-air traffic, turns it into upgrade sessions, replays them with a verdict.",
        discussion: """
            Examples:
              otatape demo
              otatape record --broker mqtt://127.0.0.1:1883 --interface lo --duration 60
              otatape sessions
              otatape show last-failed
              otatape replay last-failed --speed 10

            Exit codes: 0 as expected, 1 a verdict or a check failed, 2 usage error or unreadable input, \
            3 broker or device not reachable, 4 inconclusive.
            """,
        version: ToolVersion.current,
        subcommands: [
            RecordCommand.self, ImportCommand.self, InspectCommand.self, SessionsCommand.self,
            ShowCommand.self, AnomaliesCommand.self, QueryCommand.self, ReplayCommand.self,
            SimulateCommand.self, OfferCommand.self, ReindexCommand.self, PruneCommand.self,
            DoctorCommand.self,
            DialectCommand.self, DemoCommand.self,
        ]
    )

    /// An instance without subcommand prints help.
    public init() {}
}

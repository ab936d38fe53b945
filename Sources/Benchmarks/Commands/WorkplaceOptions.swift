// The options that say what is measured, and where it may write.

import ArgumentParser

struct WorkplaceOptions: ParsableArguments {
    @Option(help: "The program to measure, a release build.")
    var otatape = ".build/release/otatape"

    @Option(help: "Where captures and stores may lie meanwhile; on the disk to be measured.")
    var folder = ".build/bench"

    @Flag(help: "Exit with 1 when a limit is missed.")
    var check = false

    /// The place that the options describe.
    func open() throws -> Workplace {
        try Workplace(otatape: otatape, folder: folder)
    }

    /// Prints each goal, and leaves with 1 where one is missed and that matters.
    func judge(_ goals: [Goal]) throws {
        for goal in goals { Console.write(goal.line) }
        guard !check || goals.allSatisfy(\.isMet) else { throw ExitCode(1) }
    }
}

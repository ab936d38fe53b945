// The option that makes a missed limit an error.

import ArgumentParser

struct CheckOptions: ParsableArguments {
    @Flag(help: "Exit with 1 when a limit is missed.")
    var check = false

    /// Prints each goal, and leaves with 1 where one is missed and that matters.
    func judge(_ goals: [Goal]) throws {
        for goal in goals { Console.write(goal.line) }
        guard !check || goals.allSatisfy(\.isMet) else { throw ExitCode(1) }
    }
}

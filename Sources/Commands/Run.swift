// Runs the command line and turns every error into words and an exit code.

import ArgumentParser
import Foundation
import Pipeline
import Store

/// Runs the subcommand that the process's arguments name, then exits.
///
/// Exit codes: 0 as expected, 1 a verdict or check failed, 2 usage error or unreadable input, 3 broker or device not
/// reachable, 4 inconclusive.
public func run() async {
    do {
        try Mistyping.check(CommandLine.arguments.dropFirst(), of: OtatapeCommand.self)
        var command = try OtatapeCommand.parseAsRoot()
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    } catch {
        exit(with: error)
    }
}

private func exit(with error: any Error) -> Never {
    switch error {
    case let error as StoreError: leave("\(error.message)", code: 2)
    case let error as RunError: leave(error.message, code: error.code == .unreachable ? 3 : 2)
    default:
        let code = OtatapeCommand.exitCode(for: error)
        let text = Mistyping.addingQuestion(to: OtatapeCommand.fullMessage(for: error))
        if code == .success {
            Console.write(text)
            Foundation.exit(0)
        }
        // ArgumentParser's own usage errors leave with 64; ours are documented as 2.
        leave(text, code: code == .validationFailure ? 2 : code.rawValue, prefix: "")
    }
}

private func leave(_ text: String, code: Int32, prefix: String = "otatape: ") -> Never {
    if !text.isEmpty { Console.note(prefix + text) }
    Foundation.exit(code)
}

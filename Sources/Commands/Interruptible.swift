// Ctrl-C, as a command sees it.

import ArgumentParser
import Pipeline

enum Interruptible {
    /// Runs `body`; Ctrl-C ends what it started, then the program with 130, as shells count SIGINT.
    static func run<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let result = try await Interruption.guarding(body) else {
            Console.note("interrupted")
            throw ExitCode(130)
        }
        return result
    }
}

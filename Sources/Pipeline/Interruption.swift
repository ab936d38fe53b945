// Ctrl-C during a run that has brokers, hosts and devices to end.

import UnixSignals

/// Ends a run in order when a signal comes.
public enum Interruption {
    /// Runs `body`; SIGINT or SIGTERM cancels it, so that what it started is ended before the program is.
    ///
    /// - Returns: what `body` returned; `nil` when it was interrupted.
    /// - Throws: what `body` throws.
    public static func guarding<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                for await _ in signals { return nil }
                throw CancellationError()
            }
            group.addTask { try await body() }
            let first = await group.nextResult()
            group.cancelAll()
            // A run that was cancelled says so: that is no error of its own.
            while await group.nextResult() != nil {}
            return try first?.get() ?? nil
        }
    }
}

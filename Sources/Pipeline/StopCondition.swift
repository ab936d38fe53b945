// When a run that would go on for ever ends.

import UnixSignals

/// What ends a live run: a signal, a time, or a source that ends by itself.
public struct StopCondition: Sendable {
    /// Longest time to run; `nil` runs until a signal.
    public var duration: Duration?

    /// Ends at a signal, or after `duration` when given.
    public init(duration: Duration? = nil) {
        self.duration = duration
    }

    /// What a wait ended with.
    public enum Reason: Sendable {
        /// SIGINT or SIGTERM.
        case signalled
        /// The time was up.
        case elapsed
        /// A source ended by itself.
        case failed(RunError)
    }

    /// Waits for the first of a signal, the duration, and what `failure` returns; `tick` is called at each `interval`, and
    /// `hangup` at each SIGHUP.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; what `tick` throws.
    public func wait(
        failure: @escaping @Sendable () async -> RunError?,
        hangup: @escaping @Sendable () -> Void = {},
        every interval: Duration = .seconds(1),
        tick: @escaping @Sendable () async throws -> Void
    ) async throws -> Reason {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        return try await withThrowingTaskGroup(of: Reason?.self) { group in
            defer { group.cancelAll() }
            group.addTask { await signals.first { _ in true }.map { _ in .signalled } }
            group.addTask {
                for await _ in hangups { hangup() }
                return nil
            }
            group.addTask { await failure().map { .failed($0) } }
            group.addTask {
                while true {
                    try await Task.sleep(for: interval)
                    try await tick()
                }
            }
            if let duration {
                group.addTask {
                    try await Task.sleep(for: duration)
                    return .elapsed
                }
            }
            while let reason = try await group.next() {
                if let reason { return reason }
            }
            throw CancellationError()
        }
    }
}

// When a run that would go on for ever ends.

import Synchronization

/// What ends a live run: a signal, a time, or a source that ends by itself.
///
/// One of them may be waited for several times, with other work in between: the time counts from the first wait on, and
/// no signal since then is lost.
public final class StopCondition: Sendable {
    /// Longest time to run; `nil` runs until a signal.
    private let duration: Duration?
    private let deadline = Mutex<ContinuousClock.Instant?>(nil)
    private let watch = Mutex<SignalWatch?>(nil)

    /// Ends at a signal, or after `duration` when given.
    public init(duration: Duration? = nil) {
        self.duration = duration
    }

    /// Whether SIGINT or SIGTERM came since the first wait.
    public var isSignalled: Bool { watch.withLock { $0?.isStopped ?? false } }

    /// Listens for signals, and counts the time, from now on instead of from the first wait.
    public func begin() async {
        _ = await signals()
        _ = firstDeadline()
    }

    /// Whether SIGINT or SIGTERM came, or the time is up, since it began.
    public var isOver: Bool { isSignalled || deadline.withLock { $0.map { .now >= $0 } ?? false } }

    /// What a wait ended with.
    public enum Reason: Sendable {
        /// SIGINT or SIGTERM.
        case signalled
        /// The time was up.
        case elapsed
        /// A source ended by itself.
        case failed(RunError)
        /// The store is to be followed by another one; the run goes on with that.
        case succeeded
    }

    /// Waits for the first of a signal, the duration, and what `failure` returns; `tick` is called at each `interval`, and
    /// `hangup` at each SIGHUP: either may end the wait, too.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; what `tick` throws.
    public func wait(
        failure: @escaping @Sendable () async -> RunError?,
        hangup: @escaping @Sendable () -> Reason? = { nil },
        every interval: Duration = .seconds(1),
        tick: @escaping @Sendable () async throws -> Reason?
    ) async throws -> Reason {
        let events = await signals().events()
        let deadline = firstDeadline()
        return try await withThrowingTaskGroup(of: Reason?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await event in events {
                    switch event {
                    case .stop: return .signalled
                    case .hangup: if let reason = hangup() { return reason }
                    }
                }
                return nil
            }
            group.addTask { await failure().map { .failed($0) } }
            group.addTask {
                while true {
                    try await Task.sleep(for: interval)
                    if let reason = try await tick() { return reason }
                }
            }
            if let deadline {
                group.addTask {
                    try await Task.sleep(until: deadline)
                    return .elapsed
                }
            }
            while let reason = try await group.next() {
                if let reason { return reason }
            }
            throw CancellationError()
        }
    }

    private func signals() async -> SignalWatch {
        if let watch = watch.withLock(\.self) { return watch }
        let made = await SignalWatch()
        watch.withLock { $0 = made }
        return made
    }

    private func firstDeadline() -> ContinuousClock.Instant? {
        deadline.withLock { deadline in
            deadline = deadline ?? duration.map { .now + $0 }
            return deadline
        }
    }
}

// A bound on how long something may take.

enum TimeLimit {
    /// Runs `body` for `limit` at most, then cancels it.
    ///
    /// - Throws: what `body` throws, or `error` when the time is up.
    static func run<Result: Sendable>(
        _ limit: Duration,
        orThrow error: RunError,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw error
            }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    /// Runs `body` for `limit` at most, then cancels it; whether it came to its end.
    static func isMet(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Void) async -> Bool {
        let late = RunError(.impossible, "This took longer than \(limit).")
        return (try? await run(limit, orThrow: late, body)) != nil
    }
}

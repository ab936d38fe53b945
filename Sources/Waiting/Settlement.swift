// A fact that becomes known once, and the tasks that wait for it.

import Synchronization

/// A value that is settled once and awaited by any number of tasks.
package final class Settlement<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value?, Never>

    private struct State {
        var value: Value?
        var waiters: [UInt64: Waiter] = [:]
        var nextTicket: UInt64 = 0
        var cancelled: Set<UInt64> = []
    }

    private let state = Mutex(State())

    /// A value that is not settled yet.
    package init() {}

    /// The value, once it is there.
    package var settled: Value? { state.withLock { $0.value } }

    /// Settles the value; later calls change nothing.
    package func settle(_ value: Value) {
        let waiters = state.withLock { state -> [UInt64: Waiter] in
            guard state.value == nil else { return [:] }
            state.value = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume(returning: value) }
    }

    /// Waits for the value; the waiting task's cancellation ends the waiting, not the value.
    package func value() async throws(CancellationError) -> Value {
        let ticket = nextTicket()
        let value = await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0, ticket) }
        } onCancel: {
            cancel(ticket)
        }
        guard let value else { throw CancellationError() }
        return value
    }

    /// Waits for a value that is sure to come soon, also in a cancelled task.
    package func certainValue() async -> Value {
        let ticket = nextTicket()
        guard let value = await withCheckedContinuation({ wait($0, ticket) }) else {
            preconditionFailure("only cancel(_:) takes a waiter's value away, and nobody calls it here")
        }
        return value
    }

    private func nextTicket() -> UInt64 {
        state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
    }

    private func wait(_ waiter: Waiter, _ ticket: UInt64) {
        let answer = state.withLock { state -> Value?? in
            if let value = state.value { return .some(value) }
            if state.cancelled.remove(ticket) != nil { return .some(nil) }
            state.waiters[ticket] = waiter
            return nil
        }
        if let answer { waiter.resume(returning: answer) }
    }

    /// Cancellation may come before the waiting has begun; then it is remembered until it does.
    private func cancel(_ ticket: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.value == nil else { return nil }
            guard let waiter = state.waiters.removeValue(forKey: ticket) else {
                state.cancelled.insert(ticket)
                return nil
            }
            return waiter
        }
        waiter?.resume(returning: nil)
    }
}

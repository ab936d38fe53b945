// The signals that tell a live run to end, or that files were moved away.

import Synchronization
import UnixSignals

/// Catches SIGINT, SIGTERM and SIGHUP from its making on, and keeps them while nobody listens.
final class SignalWatch: Sendable {
    enum Event: Sendable {
        /// SIGINT or SIGTERM.
        case stop
        /// SIGHUP.
        case hangup
    }

    private struct State {
        var isStopped = false
        var isHungUp = false
        var listener: AsyncStream<Event>.Continuation?
    }

    private let state = Mutex(State())
    private let tasks = Mutex<[Task<Void, Never>]>([])

    init() async {
        let stops = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        tasks.withLock {
            $0 = [
                Task { [weak self] in for await _ in stops { self?.receive(.stop) } },
                Task { [weak self] in for await _ in hangups { self?.receive(.hangup) } },
            ]
        }
    }

    deinit {
        tasks.withLock { for task in $0 { task.cancel() } }
    }

    /// Whether SIGINT or SIGTERM came.
    var isStopped: Bool { state.withLock(\.isStopped) }

    /// What came since somebody listened last, and what comes; for one listener at a time.
    ///
    /// Whoever was told to stop is told again.
    func events() -> AsyncStream<Event> {
        let (events, listener) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingOldest(16))
        state.withLock { state in
            state.listener = listener
            if state.isStopped { listener.yield(.stop) }
            if state.isHungUp { listener.yield(.hangup) }
            state.isHungUp = false
        }
        return events
    }

    private func receive(_ event: Event) {
        state.withLock { state in
            if case .stop = event { state.isStopped = true }
            if let listener = state.listener, case .enqueued = listener.yield(event) { return }
            if case .hangup = event { state.isHungUp = true }
        }
    }
}

// Commands on their way to a loop thread, and the socket pair that wakes it.

import Glibc
import Synchronization

/// The queue in front of a loop thread.
///
/// Bounded by its callers: each waits for the answer to what it asked.
final class LoopInbox: Sendable {
    typealias Command = @Sendable (LoopWorker) -> Void

    private struct State {
        var commands: [Command] = []
        var isClosed = false
    }

    /// Readable when there is something to take.
    let wakeDescriptor: Int32

    private let wakingDescriptor: Int32
    private let state = Mutex(State())

    init() {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            preconditionFailure("a socket pair can be opened: there are free file descriptors")
        }
        wakeDescriptor = ends[0]
        wakingDescriptor = ends[1]
    }

    deinit {
        Glibc.close(wakeDescriptor)
        Glibc.close(wakingDescriptor)
    }

    /// Adds a command; wakes the thread unless it has been woken already.
    func put(_ command: @escaping Command) {
        let wasEmpty = state.withLock { state in
            state.commands.append(command)
            return state.commands.count == 1
        }
        if wasEmpty { wake() }
    }

    /// Ends the thread once it has taken everything.
    func close() {
        state.withLock { $0.isClosed = true }
        wake()
    }

    /// Takes all commands; `isClosed` when no more can come.
    func take() -> (commands: [Command], isClosed: Bool) {
        var scratch: UInt64 = 0
        while unsafe read(wakeDescriptor, &scratch, MemoryLayout<UInt64>.size) > 0 {}
        return state.withLock { state in
            defer { state.commands = [] }
            return (state.commands, state.isClosed)
        }
    }

    private func wake() {
        var byte: UInt8 = 1
        // A full socket means that the thread is being woken already.
        _ = unsafe write(wakingDescriptor, &byte, 1)
    }
}

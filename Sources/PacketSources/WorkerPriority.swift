// Who goes first when processors are scarce: whoever takes packets off the kernel, not whoever decodes them.

import Glibc

/// The priority of threads whose work can wait, below that of the capture's thread.
///
/// What is not decoded at once waits in a ``PacketBacklog``; what is not taken off the kernel at once is lost.
public struct WorkerPriority: Sendable {
    /// How much nicer than the others. nice(2)
    private static let distance: Int32 = 5

    private let niceness: Int32

    /// Below the priority of the process, whatever that of the calling thread is by now.
    public init() {
        // By a process's number it is that of its first thread. setpriority(2)
        niceness = min(19, getpriority(Self.threads, id_t(getpid())) + Self.distance)
    }

    /// Gives the calling thread this priority, unless it has a lower one already.
    ///
    /// A pool's thread keeps it: on a recorder's pool there is nothing that cannot wait.
    public func apply() {
        // On Linux a number of 0 is the calling thread, not the process. setpriority(2)
        if Self.current < niceness { _ = setpriority(Self.threads, 0, niceness) }
    }

    private static var current: Int32 { getpriority(threads, 0) }

    private static let threads = __priority_which_t(PRIO_PROCESS.rawValue)
}

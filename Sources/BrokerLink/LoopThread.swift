// One thread that serves many clients: the public face and the inbox.

import Foundation
import Synchronization

/// A thread that reads and writes for any number of clients.
///
/// Everything that happens to one connection happens on this thread, one command after the other: libmosquitto needs
/// no lock of ours, its callbacks never run beside a call into it, and an acknowledgement cannot slip out between a
/// read and the handing over of what was read. A publish costs one hop to the thread and no wake-up if it is busy.
///
/// The thread ends when the last reference to it has gone; every client holds one.
public final class LoopThread: Sendable {
    /// The loop that clients use when they are not told otherwise.
    public static let shared = LoopThread(name: "mqtt")

    private let inbox: LoopInbox
    private let keys = Atomic<UInt64>(0)

    /// Starts a thread; `name` shows in `top -H`, where 15 characters are visible.
    public init(name: String) {
        let inbox = LoopInbox()
        self.inbox = inbox
        let thread = Thread { LoopWorker(inbox: inbox).run() }
        thread.name = name
        thread.start()
    }

    deinit {
        inbox.close()
    }

    /// Runs `command` on the thread, after those that were given before.
    func perform(_ command: @escaping LoopInbox.Command) {
        inbox.put(command)
    }

    /// A key that no other connection of this loop has.
    func nextKey() -> ClientKey {
        ClientKey(number: keys.add(1, ordering: .relaxed).newValue)
    }
}

/// Names one connection within its loop.
struct ClientKey: Hashable, Sendable {
    let number: UInt64
}

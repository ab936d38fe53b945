// What a loop thread does: poll(2) over all its clients, and one turn for each that is ready.

import Glibc
import Waiting

/// The clients of one loop thread, confined to it.
final class LoopWorker {
    /// How often keep-alive and deadlines are looked at.
    private static let tickInterval: Duration = .milliseconds(500)

    private let inbox: LoopInbox
    private var connections: [ClientKey: ClientConnection] = [:]
    /// The clients in the order of `watched`, whose first entry is the inbox.
    private var order: [ClientConnection] = []
    private var watched: [pollfd] = []
    private var isOrderStale = true
    /// Clients that a command may have given something to write.
    private var touched: [ClientKey: ClientConnection] = [:]
    /// Clients that rest until messages have gathered.
    private var resting: [ClientKey: ClientConnection] = [:]
    private var nextTick = ContinuousClock.now

    init(inbox: LoopInbox) {
        self.inbox = inbox
    }

    /// The life of the thread: until the inbox is closed and the last client has ended.
    func run() {
        while runCommands() {
            if isOrderStale { arrange() }
            wait()
            serve()
            wakeResting()
            tick()
        }
    }

    /// Begins a connection; its outcome settles `connected`.
    func open(
        _ key: ClientKey,
        target: ConnectionTarget,
        mailbox: Mailbox,
        connected: Settlement<Result<Bool, BrokerError>>
    ) {
        guard
            let connection = ClientConnection(
                key: key,
                target: target,
                mailbox: mailbox,
                connected: connected
            )
        else {
            let message =
                "The client id '\(target.options.clientID)' cannot be used; give a shorter one in plain text."
            return connected.settle(.failure(BrokerError(.badMessage, message)))
        }
        connection.open(by: inbox)
        connections[key] = connection
        touched[key] = connection
        isOrderStale = true
    }

    /// The client with this key, unless its connection has ended.
    func connection(_ key: ClientKey) -> ClientConnection? {
        guard let connection = connections[key], !connection.hasEnded else { return nil }
        // What is asked now has an answer that is waited for.
        connection.pause.cancel()
        touched[key] = connection
        return connection
    }

    /// Looks anew at what a client waits for, or that it has ended.
    func touch(_ connection: ClientConnection) {
        touched[connection.key] = connection
    }
}

// MARK: - One round

extension LoopWorker {
    /// Runs what was asked and writes it at once; `false` when the thread is to end.
    private func runCommands() -> Bool {
        let (commands, isClosed) = inbox.take()
        for command in commands { command(self) }
        for connection in touched.values {
            connection.write()
            settle(connection)
        }
        touched.removeAll(keepingCapacity: true)
        return !isClosed || !connections.isEmpty
    }

    /// Rebuilds what is polled, after clients came or went.
    private func arrange() {
        isOrderStale = false
        order = Array(connections.values)
        watched = [pollfd(fd: inbox.wakeDescriptor, events: Int16(POLLIN), revents: 0)]
        for (index, connection) in order.enumerated() {
            connection.pollIndex = index + 1
            watched.append(connection.pollEntry)
        }
    }

    private func wait() {
        let next = resting.values.lazy.compactMap(\.pause.end).reduce(nextTick, min)
        let left = (next - .now).components
        let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000 + 1
        let timeout = order.isEmpty ? -1 : Int32(clamping: max(0, milliseconds))
        // An interrupted poll leaves the old answers behind; they are looked at again, which does no harm.
        _ = unsafe poll(&watched, nfds_t(watched.count), timeout)
    }

    private func serve() {
        for index in order.indices where watched[index + 1].revents != 0 {
            order[index].serve(watched[index + 1].revents)
            settle(order[index])
        }
    }

    private func wakeResting() {
        guard !resting.isEmpty else { return }
        let now = ContinuousClock.now
        for connection in resting.values {
            guard let end = connection.pause.end, end <= now else { continue }
            connection.endRest()
            settle(connection)
        }
    }

    private func tick() {
        let now = ContinuousClock.now
        guard now >= nextTick else { return }
        nextTick = now + Self.tickInterval
        for connection in order where !connection.hasEnded {
            connection.tick(at: now)
            settle(connection)
        }
    }

    /// Lets go of a client that has ended; otherwise notes what it waits for now.
    private func settle(_ connection: ClientConnection) {
        let isResting = connection.pause.end != nil && !connection.hasEnded
        if isResting || !resting.isEmpty { resting[connection.key] = isResting ? connection : nil }
        if connection.hasEnded {
            if connections.removeValue(forKey: connection.key) != nil { isOrderStale = true }
        } else if !isOrderStale {
            watched[connection.pollIndex] = connection.pollEntry
        }
    }
}

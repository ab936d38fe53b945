// Requests that wait for their response.

import DequeModule
import Traffic

/// The exchanges of one connection whose response has not begun, oldest first, and what they cost.
struct OpenExchanges: Sendable {
    /// One exchange.
    struct Open: Sendable {
        /// Its number in the decoder.
        var number: Int
        /// What is known of it.
        var exchange: Exchange

        /// Memory held: the value itself, and the texts of the request.
        var cost: Int {
            512 + exchange.host.utf8.count + exchange.target.utf8.count + (exchange.range?.utf8.count ?? 0)
        }
    }

    private var queue: Deque<Open> = []
    /// Memory held.
    private(set) var cost = 0

    /// How many there are.
    var count: Int { queue.count }
    /// Whether there are none.
    var isEmpty: Bool { queue.isEmpty }

    /// The exchange at a place in the queue.
    subscript(index: Int) -> Open { queue[index] }

    /// Appends the newest one.
    mutating func append(_ open: Open) {
        cost += open.cost
        queue.append(open)
    }

    /// Takes the oldest one.
    mutating func popFirst() -> Open? {
        guard let open = queue.popFirst() else { return nil }
        cost -= open.cost
        return open
    }
}

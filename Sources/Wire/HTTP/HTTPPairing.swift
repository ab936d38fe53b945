// Which request a response answers. RFC 9112 §9.3.2.

import DequeModule
import Traffic

/// The requests of one connection that wait for their answers, oldest first.
struct HTTPPairing: Sendable {
    /// An exchange with its number.
    struct Open: Sendable {
        var number: Int
        var exchange: Exchange

        /// Memory held: the value itself, and the texts of the request.
        var cost: Int {
            512 + exchange.host.utf8.count + exchange.target.utf8.count + (exchange.range?.utf8.count ?? 0)
        }
    }

    private var waiting: Deque<Open> = []
    /// Memory held.
    private(set) var cost = 0
    /// Set when a gap may have swallowed requests: an answer may belong to none of those that were seen.
    private var isRequestMissing = false
    /// Set when a gap may have swallowed whole responses: the next one need not belong to the oldest request.
    private(set) var isUncertain = false

    /// Whether nothing waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// Notes that whole responses may be missing.
    mutating func missResponses() { isUncertain = true }

    /// Notes that whole requests may be missing.
    mutating func missRequests() { isRequestMissing = true }

    /// Adds a request.
    ///
    /// - Returns: The oldest one, when more than `limit` wait.
    mutating func add(_ open: Open, limit: Int) -> Open? {
        waiting.append(open)
        cost += open.cost
        return waiting.count > max(1, limit) ? takeFirst() : nil
    }

    /// Takes the oldest request.
    mutating func takeFirst() -> Open? {
        guard let open = waiting.popFirst() else { return nil }
        cost -= open.cost
        return open
    }

    /// Takes a request that was passed over: after a gap a response answers the last request that was sent before it,
    /// since a client that does not pipeline has then given up on those before.
    mutating func takeSkipped(answeredAt start: Timestamp) -> Open? {
        guard isUncertain else { return nil }
        guard waiting.count > 1, waiting[1].exchange.requestedAt <= start else {
            isUncertain = false
            return nil
        }
        return takeFirst()
    }

    /// Takes the request that a response answers; `nil` when it was not seen.
    mutating func take(answeredAt start: Timestamp) -> Open? {
        // No request is answered before it is sent: behind a gap the one that was may be missing.
        if isRequestMissing, let oldest = waiting.first, oldest.exchange.requestedAt > start { return nil }
        return takeFirst()
    }

    /// Counts bytes of a request's body; `false` when the exchange does not wait any more.
    mutating func countBody(_ count: Int, of number: Int) -> Bool {
        guard let last = waiting.indices.last, waiting[last].number == number else { return false }
        waiting[last].exchange.requestBodyBytes += Int64(count)
        return true
    }
}

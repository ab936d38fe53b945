// Finds the copies of one message among all vantages. dialects.md §5.5, first row.

import DequeModule
import Traffic

/// Pairs equal messages seen on different legs: the n-th on one with the n-th on the other.
///
/// All sightings of one message lie within two seconds. Equal messages on one leg are different messages. The two
/// directions of a connection are two legs: a publisher that subscribes to its own topics gets its message back.
struct CopyWindow: Sendable {
    /// One direction of one connection.
    struct Leg: Hashable {
        var vantage: Vantage
        var direction: Message.Direction

        init(of message: Message) {
            vantage = message.vantage
            direction = message.direction
        }
    }

    /// The longest time between two sightings of one message.
    static let span = Duration.seconds(2)
    /// How long a message is remembered: sources deliver with different delays.
    private static let memory = Duration.seconds(15)

    struct Occurrence {
        var firstID: Int64
        var earliest: Timestamp
        var latest: Timestamp
        var legs: [Leg]

        func isNear(_ at: Timestamp) -> Bool {
            max(latest, at).duration(since: min(earliest, at)) <= CopyWindow.span
        }
    }

    private struct Arrival {
        var fingerprint: MessageFingerprint
        var at: Timestamp
    }

    private var occurrences: [MessageFingerprint: [Occurrence]] = [:]
    private var arrivals: Deque<Arrival> = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Files a sighting; gives the id of the message's first sighting to arrive when this is one more of it.
    mutating func receive(_ fingerprint: MessageFingerprint, id: Int64, on leg: Leg, at: Timestamp)
        -> Int64?
    {
        let oldest = at.advanced(by: .zero - Self.memory)
        expel { $0.first.map { $0.at < oldest } ?? false }
        if let first = occurrences[fingerprint]?.pair(leg, at) { return first }
        let limit = limit
        expel { $0.count >= limit }
        let occurrence = Occurrence(firstID: id, earliest: at, latest: at, legs: [leg])
        occurrences[fingerprint, default: []].append(occurrence)
        arrivals.append(Arrival(fingerprint: fingerprint, at: at))
        return nil
    }

    private mutating func expel(while condition: (Deque<Arrival>) -> Bool) {
        while condition(arrivals), let oldest = arrivals.popFirst() {
            occurrences[oldest.fingerprint]?.removeFirst()
            if occurrences[oldest.fingerprint]?.isEmpty == true { occurrences[oldest.fingerprint] = nil }
        }
    }
}

extension [CopyWindow.Occurrence] {
    /// Adds a sighting to the next message that its leg has not shown; gives the message's first id.
    mutating func pair(_ leg: CopyWindow.Leg, _ at: Timestamp) -> Int64? {
        let next = (lastIndex { $0.legs.contains(leg) }).map { $0 + 1 } ?? 0
        guard let index = self[next...].firstIndex(where: { $0.isNear(at) }) else { return nil }
        self[index].legs.append(leg)
        self[index].earliest = Swift.min(self[index].earliest, at)
        self[index].latest = Swift.max(self[index].latest, at)
        return self[index].firstID
    }
}

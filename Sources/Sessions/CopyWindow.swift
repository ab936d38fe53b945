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
    }

    /// The longest time between two sightings of one message.
    static let span = Duration.seconds(2)
    /// How long a message is remembered: sources deliver with different delays.
    private static let memory = Duration.seconds(15)

    /// A message and the legs it was seen on.
    private struct Occurrence {
        var fingerprint: MessageFingerprint
        var firstID: Int64
        var arrivedAt: Timestamp
        var earliest: Timestamp
        var latest: Timestamp
        var firstLeg: Leg
        /// Nearly always empty, and then no memory of its own.
        var furtherLegs: [Leg] = []
        /// Number of the equal message before it.
        var previous: Int?

        func isNear(_ at: Timestamp) -> Bool {
            max(latest, at).duration(since: min(earliest, at)) <= CopyWindow.span
        }

        func isSeen(on leg: Leg) -> Bool { firstLeg == leg || furtherLegs.contains(leg) }
    }

    private var occurrences: Deque<Occurrence> = []
    /// Number of the oldest occurrence; numbers count on as old ones leave.
    private var oldest = 0
    /// The latest occurrence of each message.
    private var latest: [MessageFingerprint: Int] = [:]
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Files a sighting; gives the id of the message's first sighting to arrive when this is one more of it.
    mutating func receive(_ fingerprint: MessageFingerprint, id: Int64, on leg: Leg, at: Timestamp)
        -> Int64?
    {
        let horizon = at.advanced(by: .zero - Self.memory)
        while !occurrences.isEmpty, occurrences[0].arrivedAt < horizon { expelFirst() }
        let known = latest[fingerprint]
        if let twin = unpaired(with: leg, at, among: known) { return pair(twin, with: leg, at) }
        while occurrences.count >= limit { expelFirst() }
        latest[fingerprint] = oldest + occurrences.count
        occurrences.append(
            Occurrence(
                fingerprint: fingerprint,
                firstID: id,
                arrivedAt: at,
                earliest: at,
                latest: at,
                firstLeg: leg,
                previous: known
            )
        )
        return nil
    }

    /// The first near message after the last that this leg has shown, from the latest backwards.
    private func unpaired(with leg: Leg, _ at: Timestamp, among latest: Int?) -> Int? {
        var found: Int?
        var number = latest
        while let current = number, current >= oldest {
            let occurrence = occurrences[current - oldest]
            if occurrence.isSeen(on: leg) { break }
            if occurrence.isNear(at) { found = current }
            number = occurrence.previous
        }
        return found
    }

    private mutating func pair(_ number: Int, with leg: Leg, _ at: Timestamp) -> Int64 {
        let place = number - oldest
        occurrences[place].furtherLegs.append(leg)
        occurrences[place].earliest = min(occurrences[place].earliest, at)
        occurrences[place].latest = max(occurrences[place].latest, at)
        return occurrences[place].firstID
    }

    private mutating func expelFirst() {
        guard let first = occurrences.popFirst() else { return }
        if latest[first.fingerprint] == oldest { latest[first.fingerprint] = nil }
        oldest += 1
    }
}

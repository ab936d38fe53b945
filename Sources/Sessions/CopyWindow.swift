// Finds the copies of one message among all vantages. dialects.md §5.5, first row.

import DequeModule
import Traffic

/// Pairs equal messages seen from different vantages: the n-th on one with the n-th on the other.
///
/// All sightings of one message lie within two seconds. Equal messages on one vantage are different messages.
struct CopyWindow: Sendable {
    /// The longest time between two sightings of one message.
    static let span = Duration.seconds(2)
    /// How long a message is remembered: sources deliver with different delays.
    private static let memory = Duration.seconds(15)

    struct Occurrence {
        var firstID: Int64
        var earliest: Timestamp
        var latest: Timestamp
        var vantages: [Vantage]

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
    mutating func receive(_ fingerprint: MessageFingerprint, id: Int64, from vantage: Vantage, at: Timestamp)
        -> Int64?
    {
        let oldest = at.advanced(by: .zero - Self.memory)
        expel { $0.first.map { $0.at < oldest } ?? false }
        if let first = occurrences[fingerprint]?.pair(vantage, at) { return first }
        let limit = limit
        expel { $0.count >= limit }
        let occurrence = Occurrence(firstID: id, earliest: at, latest: at, vantages: [vantage])
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
    /// Adds a sighting to the next message that its vantage has not seen; gives the message's first id.
    mutating func pair(_ vantage: Vantage, _ at: Timestamp) -> Int64? {
        let next = (lastIndex { $0.vantages.contains(vantage) }).map { $0 + 1 } ?? 0
        guard let index = self[next...].firstIndex(where: { $0.isNear(at) }) else { return nil }
        self[index].vantages.append(vantage)
        self[index].earliest = Swift.min(self[index].earliest, at)
        self[index].latest = Swift.max(self[index].latest, at)
        return self[index].firstID
    }
}

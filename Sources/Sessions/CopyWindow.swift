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

    private struct Occurrence {
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
        expel(before: at.advanced(by: .zero - Self.memory))
        var equal = occurrences[fingerprint] ?? []
        let next = (equal.lastIndex { $0.vantages.contains(vantage) }).map { $0 + 1 } ?? 0
        if let index = equal[next...].firstIndex(where: { $0.isNear(at) }) {
            equal[index].vantages.append(vantage)
            equal[index].earliest = min(equal[index].earliest, at)
            equal[index].latest = max(equal[index].latest, at)
            occurrences[fingerprint] = equal
            return equal[index].firstID
        }
        equal.append(Occurrence(firstID: id, earliest: at, latest: at, vantages: [vantage]))
        occurrences[fingerprint] = equal
        arrivals.append(Arrival(fingerprint: fingerprint, at: at))
        return nil
    }

    private mutating func expel(before limitTime: Timestamp) {
        while let oldest = arrivals.first, oldest.at < limitTime || arrivals.count >= limit {
            arrivals.removeFirst()
            occurrences[oldest.fingerprint]?.removeFirst()
            if occurrences[oldest.fingerprint]?.isEmpty == true { occurrences[oldest.fingerprint] = nil }
        }
    }
}

// Finds the copies of one message among all vantages. dialects.md §5.5, first row.

import Traffic

/// Pairs equal messages seen on different legs: the n-th on one with the n-th on the other.
///
/// All sightings of one message lie within two seconds. Equal messages on one leg are different messages. The two
/// directions of a connection are two legs: a publisher that subscribes to its own topics gets its message back.
///
/// Occurrences stand in a ring in order of arrival, and each knows the one before it in its hash bucket. What leaves
/// the ring is the oldest of its bucket and so the end of that chain: nothing ever has to be taken out of a table.
/// What is looked at for every message, nearly always in vain, stands apart and takes 8 bytes an occurrence: it stays in
/// the processor's cache, which the occurrences do not.
struct CopyWindow: Sendable {
    /// One direction of one connection.
    struct Leg: Hashable {
        var vantage: Vantage
        var direction: Message.Direction
    }

    /// The longest time between two sightings of one message.
    static let span = Duration.seconds(2)
    private static let spanNanoseconds = span.wholeNanoseconds
    /// How long a message is remembered, in nanoseconds: sources deliver with different delays.
    private static let memory = Duration.seconds(15).wholeNanoseconds
    /// Occurrences that there is room for at first.
    private static let leastRoom = 64

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

        func isNear(_ at: Timestamp) -> Bool {
            max(latest, at).nanoseconds(since: min(earliest, at)) <= CopyWindow.spanNanoseconds
        }

        func isSeen(on leg: Leg) -> Bool { firstLeg == leg || furtherLegs.contains(leg) }
    }

    /// What of an occurrence is looked at first.
    private struct Link {
        /// Bits of its fingerprint that its bucket does not tell.
        var tag: UInt32
        /// Number of the occurrence before it in its bucket.
        var previous: UInt32

        init(_ fingerprint: MessageFingerprint, previous: UInt32) {
            tag = Self.tag(of: fingerprint)
            self.previous = previous
        }

        static func tag(of fingerprint: MessageFingerprint) -> UInt32 {
            UInt32(truncatingIfNeeded: fingerprint.bits >> 32)
        }
    }

    /// The ring: occurrence `n` stands at `n` modulo its length, a power of two.
    private var occurrences: [Occurrence] = []
    /// The links of the occurrences, at the same places.
    private var links: [Link] = []
    /// The latest occurrence of each bucket; twice as many as the ring is long.
    private var buckets = Array(repeating: UInt32(0), count: 2 * leastRoom)
    /// Numbers of the occurrences in the ring; they begin at its length and count on as old ones leave: none is 0.
    private var numbers = leastRoom..<leastRoom
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Files a sighting; gives the id of the message's first sighting to arrive when this is one more of it.
    mutating func receive(_ fingerprint: MessageFingerprint, id: Int64, on leg: Leg, at: Timestamp)
        -> Int64?
    {
        let horizon = at.nanoseconds.addingSaturated(-Self.memory)
        while let oldest = numbers.first, occurrences[place(oldest)].arrivedAt.nanoseconds < horizon {
            numbers.removeFirst()
        }
        if let twin = unpaired(fingerprint, with: leg, at) { return pair(twin, with: leg, at) }
        makeRoom()
        let bucket = bucket(of: fingerprint)
        let number = numbers.upperBound
        let occurrence = Occurrence(
            fingerprint: fingerprint,
            firstID: id,
            arrivedAt: at,
            earliest: at,
            latest: at,
            firstLeg: leg
        )
        let link = Link(fingerprint, previous: buckets[bucket])
        if occurrences.count <= place(number) {
            occurrences.append(occurrence)
            links.append(link)
        } else {
            occurrences[place(number)] = occurrence
            links[place(number)] = link
        }
        buckets[bucket] = UInt32(truncatingIfNeeded: number)
        numbers = numbers.lowerBound..<number + 1
        return nil
    }

    private func place(_ number: Int) -> Int { number & (buckets.count / 2 - 1) }

    private func bucket(of fingerprint: MessageFingerprint) -> Int { fingerprint.bits & (buckets.count - 1) }

    /// The first near message after the last that this leg has shown, from the latest backwards.
    private func unpaired(
        _ fingerprint: MessageFingerprint,
        with leg: Leg,
        _ at: Timestamp
    ) -> Int? {
        let tag = Link.tag(of: fingerprint)
        var found: Int?
        var later = numbers.upperBound
        var next = number(from: buckets[bucket(of: fingerprint)], before: later)
        while let number = next {
            let place = place(number)
            if links[place].tag == tag, occurrences[place].fingerprint == fingerprint {
                if occurrences[place].isSeen(on: leg) { break }
                if occurrences[place].isNear(at) { found = number }
            }
            later = number
            next = self.number(from: links[place].previous, before: later)
        }
        return found
    }

    /// The number that a table holds the low bits of; `nil` for one that is not in the ring, nor before another.
    ///
    /// What a table holds of an occurrence that left long ago may look like a number in the ring. Fingerprints are
    /// compared in full, and numbers descend along a chain, so that this does no harm.
    private func number(from bits: UInt32, before later: Int) -> Int? {
        let number = numbers.upperBound - Int(UInt32(truncatingIfNeeded: numbers.upperBound) &- bits)
        return numbers.contains(number) && number < later ? number : nil
    }

    private mutating func pair(_ number: Int, with leg: Leg, _ at: Timestamp) -> Int64 {
        let place = place(number)
        occurrences[place].furtherLegs.append(leg)
        occurrences[place].earliest = min(occurrences[place].earliest, at)
        occurrences[place].latest = max(occurrences[place].latest, at)
        return occurrences[place].firstID
    }

    /// Makes room for one more: the ring doubles up to the limit, then the oldest leaves.
    private mutating func makeRoom() {
        while numbers.count >= limit { numbers.removeFirst() }
        guard numbers.count >= buckets.count / 2 else { return }
        occurrences = numbers.map { occurrences[place($0)] }
        let room = buckets.count
        buckets = Array(repeating: 0, count: 2 * room)
        links = []
        links.reserveCapacity(room)
        numbers = room..<room + occurrences.count
        for (number, occurrence) in zip(numbers, occurrences) {
            let bucket = bucket(of: occurrence.fingerprint)
            links.append(Link(occurrence.fingerprint, previous: buckets[bucket]))
            buckets[bucket] = UInt32(truncatingIfNeeded: number)
        }
        occurrences.reserveCapacity(room)
    }
}

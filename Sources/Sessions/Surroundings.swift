// What is known of the recordings, beside the messages of any one device.

import Traffic

/// How long each recording watched, and what it sees.
struct Surroundings: Sendable {
    private struct Recording {
        var id: Int64
        let watchedFrom: Timestamp
        var watchedUntil: Timestamp
        /// The servers of which HTTP was seen.
        var hosts: Set<String> = []
        var isFinished = false
    }

    private var recordings: [Recording] = []
    private var places: [Int64: Int] = [:]
    /// Servers that were not reached.
    var unreached = UnreachedServers()
    private var outages: [Int64: [Outage]] = [:]
    /// Place of the recording that was seen last, which is nearly always the next one too.
    private var last = 0

    /// The latest time that any recording watched; `nil` before the first.
    var now: Timestamp? { recordings.lazy.map(\.watchedUntil).max() }

    /// Until when the latest of these recordings watched.
    func horizon(_ ids: some Sequence<Int64>) -> Timestamp {
        ids.lazy.compactMap { places[$0] }.map { recordings[$0].watchedUntil }.max()
            ?? Timestamp(nanoseconds: .min)
    }

    /// Whether one of these recordings sees HTTP to one of these servers.
    ///
    /// That somebody asks some other server says nothing of whether a device's download would have been seen.
    func seesHTTP(_ ids: some Sequence<Int64>, to hosts: Set<String>) -> Bool {
        ids.contains { id in places[id].map { !recordings[$0].hosts.isDisjoint(with: hosts) } ?? false }
    }

    /// Notes that a recording was without its source, or until when; whether that is new.
    mutating func note(_ outage: Outage, of id: Int64) -> Bool {
        var known = outages[id] ?? []
        if known.contains(outage) { return false }
        known.removeAll { $0.start == outage.start }
        known.append(outage)
        if known.count > Self.outageLimit { known.removeFirst() }
        outages[id] = known
        return true
    }

    /// Outages remembered of one recording, the latest.
    private static let outageLimit = 1_024

    /// When one of these recordings was without its source within a stretch of time, and no other watched.
    func outages(of ids: [Int64], from start: Timestamp, to end: Timestamp) -> [Outage] {
        guard !outages.isEmpty else { return [] }
        let near = ids.flatMap { outages[$0] ?? [] }.filter { $0.start < end && $0.end ?? end > start }
        guard !near.isEmpty else { return [] }
        let watching = ids.compactMap { id in places[id].map { recordings[$0] } }
        let edges =
            near.flatMap { [$0.start, $0.end ?? end] }
            + watching.flatMap { [$0.watchedFrom, $0.watchedUntil] }
        let times = Set(edges.map { min(max($0, start), end) }).sorted()
        return zip(times, times.dropFirst()).compactMap { from, to in
            let isOut = near.contains { $0.covers(from, to) }
            let isWatched = watching.contains { recording in
                recording.watchedFrom <= from && to <= recording.watchedUntil
                    && outages[recording.id]?.contains { $0.covers(from, to) } != true
            }
            return isOut && !isWatched ? Outage(start: from, end: to) : nil
        }
    }

    /// Notes that a recording watched until then.
    mutating func watch(_ id: Int64, until time: Timestamp) {
        let place = place(of: id, at: time)
        if recordings[place].watchedUntil < time { recordings[place].watchedUntil = time }
    }

    /// Notes that a recording sees HTTP to a server; whether that is new.
    mutating func noteHTTP(_ id: Int64, to host: String) -> Bool {
        guard let place = places[id], recordings[place].hosts.count < Self.hostLimit else { return false }
        return recordings[place].hosts.insert(host).inserted
    }

    /// Servers remembered of one recording; of those beyond nothing is said to be missing.
    private static let hostLimit = 1_024

    /// Ends a recording that was seen: it watched until `end` and no further.
    mutating func finish(_ id: Int64, at end: Timestamp) {
        guard let place = places[id] else { return }
        watch(id, until: end)
        recordings[place].isFinished = true
    }

    /// Ends all recordings that have not ended.
    mutating func finish(at end: Timestamp) {
        for recording in recordings where !recording.isFinished { finish(recording.id, at: end) }
    }

    private mutating func place(of id: Int64, at time: Timestamp) -> Int {
        if last < recordings.count, recordings[last].id == id { return last }
        if let known = places[id] {
            last = known
        } else {
            last = recordings.count
            places[id] = last
            recordings.append(Recording(id: id, watchedFrom: time, watchedUntil: time))
        }
        return last
    }
}

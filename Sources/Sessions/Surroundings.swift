// What is known of the recordings, beside the messages of any one device.

import Traffic

/// How long each recording watched, and what it sees.
struct Surroundings: Sendable {
    private struct Recording {
        var id: Int64
        var watchedUntil: Timestamp
        var seesHTTP = false
        var isFinished = false
    }

    private var recordings: [Recording] = []
    private var places: [Int64: Int] = [:]
    /// Place of the recording that was seen last, which is nearly always the next one too.
    private var last = 0

    /// The latest time that any recording watched; `nil` before the first.
    var now: Timestamp? { recordings.lazy.map(\.watchedUntil).max() }

    /// Until when the latest of these recordings watched.
    func horizon(_ ids: some Sequence<Int64>) -> Timestamp {
        ids.lazy.compactMap { places[$0] }.map { recordings[$0].watchedUntil }.max()
            ?? Timestamp(nanoseconds: .min)
    }

    /// Whether one of these recordings sees HTTP.
    func seesHTTP(_ ids: some Sequence<Int64>) -> Bool {
        ids.contains { id in places[id].map { recordings[$0].seesHTTP } ?? false }
    }

    /// Notes that a recording watched until then.
    mutating func watch(_ id: Int64, until time: Timestamp) {
        let place = place(of: id, at: time)
        if recordings[place].watchedUntil < time { recordings[place].watchedUntil = time }
    }

    /// Notes that a recording sees HTTP; whether that is new.
    mutating func noteHTTP(_ id: Int64) -> Bool {
        guard let place = places[id], !recordings[place].seesHTTP else { return false }
        recordings[place].seesHTTP = true
        return true
    }

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
            recordings.append(Recording(id: id, watchedUntil: time))
        }
        return last
    }
}

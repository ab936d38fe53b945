// The pieces of an image that came over MQTT, counted. dialects.md §6, ThingsBoard.

import Dialects
import Traffic

/// Distinct pieces of one image: which came, how many bytes they hold, and when.
///
/// A piece that comes again is one piece. Indices are held as runs, of which there are few: an image that comes in
/// order is one run.
struct ChunkTally: Hashable, Sendable {
    /// Runs held; with more holes than that, later pieces are counted by their bytes alone.
    private static let runLimit = 256

    /// Runs of indices, ascending, not adjacent.
    private(set) var runs: [ClosedRange<Int64>] = []
    /// Bytes of the distinct pieces.
    private(set) var bytes: Int64 = 0
    /// Distinct pieces.
    private(set) var count = 0
    private(set) var firstAt: Timestamp?
    private(set) var lastAt: Timestamp?
    /// Whether all pieces were told apart, so that a missing one is evidence.
    private(set) var isExact = true

    /// Whether no piece came.
    var isEmpty: Bool { count == 0 }

    /// The first index that never came before one that did; `nil` when there is none, or none can be told.
    ///
    /// Indices count from 0, or from 1.
    var missing: Int64? {
        guard isExact, let first = runs.first else { return nil }
        if first.lowerBound > 1 { return 0 }
        return runs.count > 1 ? first.upperBound + 1 : nil
    }

    /// Takes what one message brought; a request for a piece has no bytes and counts for nothing.
    mutating func add(_ message: MessageEvidence) {
        if let carried = message.thinnedChunks { merge(carried.tally) }
        let event = message.statement.event
        guard message.kind == .chunk, let size = event.chunkBytes, size > 0 else { return }
        note(message.at)
        guard let index = event.chunkIndex, index >= 0, index < .max else {
            isExact = false
            return count(size)
        }
        if insert(index) { count(size) }
    }

    /// Takes pieces that another tally holds.
    mutating func merge(_ other: ChunkTally) {
        guard !other.isEmpty else { return }
        other.firstAt.map { note($0) }
        other.lastAt.map { note($0) }
        isExact = isExact && other.isExact
        let before = runs.reduce(0) { $0 + $1.count }
        for run in other.runs { join(run) }
        // Runs that were joined for want of room hold indexes that never came.
        let new = min(runs.reduce(0) { $0 + $1.count } - before, other.count)
        let share = other.count == 0 ? 0 : other.bytes / Int64(other.count)
        let isDistinct = new == other.count
        count += new
        bytes = bytes.addingSaturated(isDistinct ? other.bytes : share * Int64(new))
    }

    private mutating func note(_ time: Timestamp) {
        firstAt = min(firstAt ?? time, time)
        lastAt = max(lastAt ?? time, time)
    }

    private mutating func count(_ size: Int64) {
        count += 1
        bytes = bytes.addingSaturated(size)
    }

    /// Adds an index; whether it is new, as far as can be told.
    private mutating func insert(_ index: Int64) -> Bool {
        guard !runs.contains(where: { $0.contains(index) }) else { return false }
        join(index...index)
        return true
    }

    private mutating func join(_ run: ClosedRange<Int64>) {
        var joined = run
        var kept: [ClosedRange<Int64>] = []
        for other in runs {
            if other.upperBound + 1 < joined.lowerBound || joined.upperBound + 1 < other.lowerBound {
                kept.append(other)
            } else {
                joined =
                    min(joined.lowerBound, other.lowerBound)...max(joined.upperBound, other.upperBound)
            }
        }
        let place = kept.firstIndex { $0.lowerBound > joined.lowerBound } ?? kept.count
        kept.insert(joined, at: place)
        if kept.count > Self.runLimit {
            // The last two become one: what lies between them is not told apart any more.
            let last = kept.removeLast()
            kept[kept.count - 1] = kept[kept.count - 1].lowerBound...last.upperBound
            isExact = false
        }
        runs = kept
    }
}

/// Pieces of messages that were counted and let go; an object, since hardly a message has any.
final class ThinnedChunks: Sendable {
    let tally: ChunkTally

    init(_ tally: ChunkTally) {
        self.tally = tally
    }
}

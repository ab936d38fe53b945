// The course of claimed progress, gathered report by report. dialects.md §5.6.

import Dialects
import Traffic

/// What a session's progress reports show together.
struct ProgressSurvey {
    typealias Piece = SessionDraft.Piece

    /// Two successive reports that do not fit together.
    struct Step {
        var before: Piece
        var after: Piece
    }

    /// Reports of one and the same percentage.
    struct Level {
        var percent: Double
        var first: Piece
        var last: Piece
        var start: Timestamp
        var end: Timestamp
        var count = 1

        var length: Duration { end.duration(since: start) }
    }

    /// Points beyond which a step may be a jump.
    static let jumpLimit = 30.0
    /// Steps that must have been seen before one can be out of line.
    private static let leastSteps = 3

    private(set) var count = 0
    private(set) var lastPercent: Double?
    private(set) var fall: Step?
    private(set) var fallCount = 0
    /// The deepest fall, in points.
    private(set) var deepestFall = 0.0
    private(set) var over: Piece?
    private(set) var highest = -Double.infinity
    private(set) var invalid: Piece?
    private(set) var invalidCount = 0
    /// Large steps that no bytes claimed explain, and how fast progress was before.
    private(set) var jumps: [Step] = []
    /// The longest level below 100 that is more than two reports long.
    private(set) var plateau: Level?
    /// The level that the reports ended with.
    private(set) var level: Level?
    /// The least step in bytes, when all are multiples of it.
    private(set) var chunk: Int64?

    private var previous: Piece?
    private var previousPercent: Double?
    private var previousBytes: Int64?
    private var firstPercent: Double?
    private var isIrregular = false
    private var steps = 0
    /// The reports that the least step in bytes was read from, and those that showed it not to be the only one.
    private var chunkReports: [Piece] = []
    private var irregularReports: [Piece] = []

    /// The places of reports that figures rest on which one report alone can change, beside those that stand out.
    var pillars: Set<Int> {
        let levels = [plateau, level].compactMap(\.self).flatMap { [$0.first, $0.last] }
        return Set((levels + chunkReports + irregularReports).map(\.handle))
    }

    /// Takes the next report.
    mutating func receive(_ piece: Piece, _ message: MessageEvidence) {
        count += 1
        let bytes = message.downloadedBytes
        let percentFell = message.percent.flatMap { now in previousPercent.map { now < $0 } } ?? false
        if let percent = message.percent { receive(percent, piece, message) }
        if let bytes { receive(bytes: bytes, piece, message, percentFell: percentFell) }
        previous = piece
        previousBytes = bytes
    }

    private mutating func receive(_ percent: Double, _ piece: Piece, _ message: MessageEvidence) {
        guard percent.isFinite, percent >= 0 else {
            invalid = invalid ?? piece
            invalidCount += 1
            previousPercent = percent.isFinite ? percent : nil
            return
        }
        lastPercent = percent
        firstPercent = firstPercent ?? percent
        if percent > 100 {
            over = over ?? piece
            highest = max(highest, percent)
        }
        if let before = previousPercent, let previous {
            let step = Step(before: previous, after: piece)
            if percent < before {
                note(fall: step, by: before - percent)
            } else {
                if percent - before > Self.jumpLimit { note(jump: step, percent - before, message) }
                steps += 1 + Int(message.thinnedBefore)
            }
        }
        takeLevel(percent, piece, message)
        previousPercent = percent
    }

    private mutating func receive(
        bytes: Int64,
        _ piece: Piece,
        _ message: MessageEvidence,
        percentFell: Bool
    ) {
        if let total = message.totalBytes, total > 0, bytes > total { over = over ?? piece }
        let before = previousBytes ?? 0
        // One fall, however many figures tell it.
        if bytes < before, previousBytes != nil, !percentFell, let previous {
            note(fall: Step(before: previous, after: piece), by: 0)
        }
        let (step, isAbsurd) = bytes.subtractingReportingOverflow(before)
        if isAbsurd || step <= 0 { return }
        guard let known = chunk else { return takeChunk(of: step, piece) }
        if step == known { return }
        // The last piece may be any size.
        if let total = message.totalBytes, bytes >= total { return }
        if !isIrregular, max(step, known) % min(step, known) != 0 {
            isIrregular = true
            irregularReports = chunkReports + [previous ?? piece, piece]
        }
        if step < known { takeChunk(of: step, piece) }
    }

    private mutating func takeChunk(of step: Int64, _ piece: Piece) {
        chunk = step
        chunkReports = [previous ?? piece, piece]
    }

    private mutating func note(fall step: Step, by points: Double) {
        fall = fall ?? step
        fallCount += 1
        deepestFall = max(deepestFall, points)
    }

    private mutating func note(jump step: Step, _ points: Double, _ message: MessageEvidence) {
        guard steps >= Self.leastSteps, let first = firstPercent, let before = previousPercent,
            points > 5 * (before - first) / Double(steps), jumps.count < 16
        else { return }
        if let bytes = message.downloadedBytes, let earlier = previousBytes, let total = message.totalBytes,
            total > 0
        {
            let claimed = 100 * (Double(bytes) - Double(earlier)) / Double(total)
            if (claimed - points).magnitude <= 5 { return }
        }
        jumps.append(step)
    }

    private mutating func takeLevel(_ percent: Double, _ piece: Piece, _ message: MessageEvidence) {
        let at = message.at
        guard var known = level, known.percent == percent else {
            level = Level(percent: percent, first: piece, last: piece, start: at, end: at)
            return
        }
        known.last = piece
        known.end = at
        known.count += 1 + Int(message.thinnedBefore)
        level = known
        if percent < 100, known.count > 2, known.length > plateau?.length ?? .zero { plateau = known }
    }

    /// Reports that a download of this size makes when each step is reported, the last one twice (dialects.md §1.4).
    func expectedCount(of total: Int64?) -> Int64? {
        guard let chunk, !isIrregular, let total, total > 0, count > 1 else { return nil }
        return ((total - 1) / chunk).addingSaturated(2)
    }
}

// Which of a session's progress reports tell nothing that those beside them do not.

import Dialects
import Traffic

/// What must be known of a session's course before reports of it are let go.
///
/// A report is told by its neighbours when states, figures and findings come out the same without it: nothing falls,
/// leaps, stands still or is silent between them that would not do so with it. See `EvidenceSurvey`, `Silence`.
struct CondensedCourse {
    /// Reports that figures of the whole session rest on.
    private let pillars: Set<Int>
    /// The longest time between two reports that is no silence, in nanoseconds.
    private let window: Int64
    /// Whether claims stand still: then the length of each standstill counts.
    private let isClockConstant: Bool
    /// Reports from this time on may still be seen by other vantages.
    private let copiesFrom: Timestamp

    init(
        of draft: SessionDraft,
        _ partition: Partition,
        _ messages: [MessageEvidence],
        _ timers: DialectTimers
    ) {
        var progress = ProgressSurvey()
        var clock = ClockSurvey(expecting: draft.saidCount(messages))
        var hasCopies = false
        for piece in draft.pieces {
            let kind = messages[piece.handle].kind
            if kind == .progress, !piece.isAfterEnd { progress.receive(piece, messages[piece.handle]) }
            if kind.isFromDevice { clock.receive(piece, messages[piece.handle]) }
            hasCopies = hasCopies || messages[piece.handle].copyCount > 0
        }
        pillars = progress.pillars.union(
            draft.duplicates.compactMap { partition.placement(of: $0).duplicateOf }
        )
        window = min(timers.stall, timers.session).wholeNanoseconds
        isClockConstant = clock.isConstant
        let last = draft.pieces.last.map { messages[$0.handle].at } ?? Timestamp(nanoseconds: .max)
        copiesFrom =
            hasCopies ? last.advanced(by: .zero - CopyWindow.span) : Timestamp(nanoseconds: .max)
    }

    /// Whether a report is told by one before it and one after it, between which nothing else is held.
    func isTold(_ handle: Int, by before: Int, and next: Int, in messages: [MessageEvidence]) -> Bool {
        guard messages[handle].kind == .progress, !pillars.contains(handle),
            messages[handle].isAlike(messages[before]), messages[handle].isAlike(messages[next]),
            messages[handle].statement.event.oddities.isEmpty, messages[handle].at < copiesFrom,
            messages[next].at.nanoseconds(since: messages[before].at) <= window
        else { return false }
        return Self.isEven(messages[before].percent, messages[handle].percent, messages[next].percent)
            && Self.isRising(
                messages[before].downloadedBytes,
                messages[handle].downloadedBytes,
                messages[next].downloadedBytes
            )
            && isSteady(messages[before].claimedAt, messages[handle].claimedAt, messages[next].claimedAt)
    }

    /// Whether percentages rise, and by less than a leap.
    private static func isEven(_ before: Double?, _ percent: Double?, _ next: Double?) -> Bool {
        guard let before, let percent, let next else { return true }
        return 0 <= before && before <= percent && percent <= next && next <= 100
            && next - before <= ProgressSurvey.jumpLimit
    }

    private static func isRising<Figure: Comparable>(_ before: Figure?, _ now: Figure?, _ next: Figure?)
        -> Bool
    {
        guard let before, let now, let next else { return true }
        return before <= now && now <= next
    }

    /// Whether the claimed times go on, in no finer unit, and without a standstill whose length counts.
    private func isSteady(_ before: Timestamp?, _ claim: Timestamp?, _ next: Timestamp?) -> Bool {
        guard let before, let claim, let next else { return true }
        guard Self.isRising(before, claim, next), Self.unit(of: before) <= Self.unit(of: claim) else {
            return false
        }
        return !isClockConstant || (before == claim) == (claim == next)
    }

    /// The largest unit of which a time is a whole number, in nanoseconds.
    private static func unit(of time: Timestamp) -> Int64 {
        if time.nanoseconds % 1_000_000_000 == 0 { return 1_000_000_000 }
        return time.nanoseconds % 1_000_000 == 0 ? 1_000_000 : 1
    }
}

// How many sessions ended how.

/// Sessions by their outcome.
public struct OutcomeCounts: Hashable, Sendable {
    private var counts: [Session.Outcome: Int] = [:]

    /// No sessions.
    public init() {}

    /// Sessions with this outcome.
    public subscript(outcome: Session.Outcome) -> Int { counts[outcome] ?? 0 }

    /// Counts a session anew: `nil` is a session that was not there before, or is there no more.
    mutating func move(from old: Session.Outcome?, to new: Session.Outcome?) {
        guard old != new else { return }
        if let old { counts[old, default: 0] -= 1 }
        if let new { counts[new, default: 0] += 1 }
    }
}

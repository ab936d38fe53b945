// Which messages were written of late, by a clock that nobody sets.

/// Knows what the newest message was some time ago.
///
/// Times of messages do not tell it: the clock may be set while sessions are held in memory.
struct WrittenWatch {
    /// How long ago.
    let span: Duration
    private var marks: [(at: ContinuousClock.Instant, id: Int64)] = []

    /// A watch that has seen nothing.
    init(span: Duration) {
        self.span = span
    }

    /// Notes the newest message, and gives what was the newest so long ago; at first, what is the newest now.
    ///
    /// What an earlier process wrote is nothing that this one holds in memory.
    mutating func lastBefore(_ now: ContinuousClock.Instant, newest: Int64) -> Int64 {
        marks.append((now, newest))
        while marks.count > 1, marks[1].at + span <= now { marks.removeFirst() }
        return marks.first?.id ?? newest
    }
}

// Notices sessions that fail.

import Sessions

/// The sessions that failed since somebody last asked, each told once.
struct FailureWatch: Sendable {
    /// Failed sessions that are remembered, so that none is told twice.
    private static let limit = 65_536

    private var known: Set<Session.Key> = []
    private var news: [FailedSession] = []
    /// The one that failed last.
    private(set) var last: FailedSession?

    /// Looks for failures among sessions that changed.
    mutating func receive(_ sessions: [TrackedSession]) {
        for tracked in sessions where tracked.session.outcome == .failed {
            if known.count >= Self.limit { known = [] }
            guard known.insert(tracked.session.key).inserted else { continue }
            let failure = FailedSession(tracked.session)
            last = failure
            if news.count < Self.limit { news.append(failure) }
        }
    }

    /// Those not yet asked for.
    mutating func takeNews() -> [FailedSession] {
        defer { news = [] }
        return news
    }
}

// Notices sessions that fail.

import Sessions

/// The sessions that failed since somebody last asked, each told once.
struct FailureWatch: Sendable {
    /// Failed sessions that are remembered, so that none is told twice.
    private static let knownLimit = 65_536
    /// Failures that wait for somebody to ask.
    private static let newsLimit = 1_000

    /// Hashes of the keys: of millions of sessions, the keys themselves would take more than all else.
    private var known: Set<Int> = []
    private var news: [FailedSession] = []
    /// The one that failed last.
    private(set) var last: FailedSession?

    /// Looks for failures among sessions that changed.
    mutating func receive(_ sessions: [TrackedSession]) {
        for tracked in sessions where tracked.session.outcome == .failed {
            if known.count >= Self.knownLimit { known = [] }
            guard known.insert(tracked.session.key.hashValue).inserted else { continue }
            let failure = FailedSession(tracked.session)
            last = failure
            if news.count < Self.newsLimit { news.append(failure) }
        }
    }

    /// Those not yet asked for.
    mutating func takeNews() -> [FailedSession] {
        defer { news = [] }
        return news
    }
}

// What the writer knows to be in the store, so that it need not look it up for every row.

import Sessions

/// Ids of rows that the store holds, bounded.
///
/// Void when a transaction is undone and when somebody else has written: what is known here is not checked again.
struct WriteCache: Sendable {
    /// A session that was written before.
    struct KnownSession {
        var id: Int64
        var hasFindings: Bool
    }

    /// Sessions kept before they start afresh.
    private static let limit = 8_192

    /// SQLite's count of other writers' commits, at the time the rest was learned.
    var dataVersion: Int64 = -1
    var topics = TopicIDs()
    var rules: [StoredRule: Int64] = [:]
    var recordings: Set<Int64> = []
    var connections = ConnectionIDs()
    private(set) var sessions: [Session.Key: KnownSession] = [:]
    private var messages: Range<Int64> = 0..<0

    /// Gives away what is known: while two hold it, a change would copy it all.
    mutating func take() -> WriteCache {
        defer { self = WriteCache() }
        return self
    }

    /// Notes the id of a session and whether findings of it are in the store.
    mutating func note(_ known: KnownSession, of key: Session.Key) {
        if sessions.count >= Self.limit { sessions.removeAll(keepingCapacity: true) }
        sessions[key] = known
    }

    /// Notes messages that were written; a recorder's ids follow each other, so that a range holds them.
    mutating func note(_ written: [MessageRow]) {
        for row in written {
            let start = row.id == messages.upperBound && !messages.isEmpty ? messages.lowerBound : row.id
            messages = start..<row.id + 1
        }
    }

    /// Whether a message is known to be in the store.
    func holdsMessage(_ id: Int64) -> Bool { messages.contains(id) }
}

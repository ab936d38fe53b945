// Letting go of old evidence: what goes together, what stays, and what deriving sessions again makes of it.

import Sessions
import TestSupport
import Testing
import Traffic

@testable import Store

/// Three sessions and what they rest on.
///
/// Session 1 is old. Session 2 goes on. Session 3 is old and rests on a message of session 2. Message 7 belongs to
/// nobody and is old, message 8 is young, and message 9 is the newest.
struct PruningTests: StoreSuite {
    let scratch: ScratchStore
    private let cutoff = Timestamp.after(10_000)

    init() throws {
        scratch = try ScratchStore()
        let times: [Double] = [0, 10, 100, 20_000, 200, 210, 300, 20_001, 20_002]
        try store.write { [recording] in
            $0.messages = MessageRows(
                times.enumerated().map { index, at in
                    StoredMessage(id: Int64(index + 1), message: .sample(recording: recording, at: at))
                }
            )
            var first = Transfer.sample(at: 5)
            first.samples = [.init(offset: .zero, bytes: 1), .init(offset: .seconds(1), bytes: 1_000)]
            $0.transfers = [
                StoredTransfer(id: 1, recordingID: recording, transfer: first),
                StoredTransfer(id: 2, recordingID: recording, transfer: first),
            ]
            $0.sessions = [
                Self.session("old", from: 0, to: 10, messages: [1, 2], transfers: [1]),
                Self.session("goes on", from: 100, to: 20_000, messages: [3, 4]),
                Self.session("shares", from: 100, to: 210, messages: [3, 5, 6]),
            ]
            $0.findings = [
                Anomaly(code: .connectionGap, severity: .notice, at: .after(300), text: "7", messageIDs: [7])
            ]
        }
    }

    private static func session(
        _ command: String,
        from first: Double,
        to last: Double,
        messages: [Int64],
        transfers: [Int64] = []
    ) -> DerivedSession {
        var session = Session.sample(command: command, at: first)
        session.lastSeenAt = .after(last)
        return DerivedSession(session: session, messageIDs: messages, transferIDs: transfers)
    }

    @discardableResult
    private func prune(before cutoff: Timestamp, looksAtAll: Bool = true) throws -> PruneTally {
        var pruning = StorePruning(
            store,
            before: cutoff,
            now: .after(40_000),
            from: .init(),
            looksAtAll: looksAtAll
        )
        while try pruning.step() {}
        try store.expectNoDanglingReference()
        return pruning.tally
    }

    private var messageIDs: [Int64] {
        get throws {
            try store.query(sql: "SELECT id FROM message ORDER BY id").rows.map { row in
                guard case .integer(let id) = row[0] else { return 0 }
                return id
            }
        }
    }

    private var marks: [SQLValue] {
        get throws {
            try store.query(sql: "SELECT pruned_before FROM session ORDER BY id").rows.map { $0[0] }
        }
    }

    @Test func `deletes old messages but those of sessions that go on and what rests on the same`() throws {
        let tally = try prune(before: cutoff)
        #expect(try messageIDs == [3, 4, 5, 6, 8, 9])
        #expect(try marks == [.integer(cutoff.nanoseconds), .null, .null])
        #expect(tally.messages == 3 && tally.sessions == 1 && tally.samples == 4)
        let counted = try store.query(sql: "SELECT messages_pruned, messages_kept FROM recording").rows
        #expect(counted.first?.first == .integer(3))
        #expect(try store.session(.named("old")).prunedBefore == cutoff)
    }

    @Test func `keeps sessions, transfers and findings`() throws {
        try prune(before: cutoff)
        #expect(try store.sessions().count == 3)
        #expect(try store.query(sql: "SELECT session_id FROM transfer").rows == [[.integer(1)], [.null]])
        #expect(try store.query(sql: "SELECT text FROM anomaly").rows == [[.text("7")]])
    }

    @Test func `lets go of what was not reached before all sessions that stay whole`() throws {
        let all = [50.0, 150, 15_000].map { UnreachedServer.sample(at: $0, count: 1) }
        try store.write { $0.unreached = all.map { StoredUnreached(recordingID: recording, server: $0) } }
        try prune(before: cutoff)
        #expect(
            try store.unreached(from: .after(0), to: .after(99_999)).map(\.server) == Array(all.dropFirst())
        )
    }

    @Test func `does nothing the second time`() throws {
        try prune(before: cutoff)
        #expect(try prune(before: cutoff) == PruneTally())
    }

    @Test func `never deletes the newest message, whose id the next one's follows`() throws {
        try prune(before: .after(1e9))
        #expect(try messageIDs == [9])
        #expect(try store.nextMessageID() == 10)
        #expect(try marks.allSatisfy { $0 != .null })
    }

    @Test func `without looking at all ends where nothing is old in order of writing`() throws {
        let old = Message.sample(recording: recording, at: 1)
        let young = (10...9_000).map { id in
            StoredMessage(id: Int64(id), message: .sample(recording: recording, at: 30_000))
        }
        try store.write { $0.messages = MessageRows(young + [StoredMessage(id: 9_001, message: old)]) }
        try store.write {
            $0.messages = [StoredMessage(id: 9_002, message: .sample(recording: 1, at: 30_001))]
        }
        #expect(try prune(before: cutoff, looksAtAll: false).messages == 3)
        #expect(try prune(before: cutoff, looksAtAll: true).messages == 1)
    }

    @Test func `deriving again leaves a pruned session alone, and what has its key is a further attempt`()
        throws
    {
        try prune(before: cutoff)
        let replace = {
            try store.replaceSessionsComparing { replacement in
                try replacement.add(Self.session("old", from: 20_001, to: 20_001, messages: [8]))
                try replacement.add(Self.session("goes on", from: 100, to: 20_000, messages: [3, 4]))
                try replacement.add(Self.session("shares", from: 100, to: 210, messages: [3, 5, 6]))
            }
        }
        let changes = try replace()
        #expect(changes.newSessions == 1 && changes.changedSessions == 0 && changes.goneSessions == 0)
        #expect(changes.goneFindings == 0)
        let sessions = try store.sessions().filter { $0.session.key.command == "old" }
        #expect(sessions.map(\.session.key.attempt) == [1, 2])
        #expect(try store.query(sql: "SELECT session_id FROM transfer WHERE id = 1").rows == [[.integer(1)]])
        #expect(try replace().isEmpty)
        try store.expectNoDanglingReference()
    }

    @Test func `a session that comes to life again keeps what came later, until that is old, too`() throws {
        var first = StorePruning(store, before: cutoff, now: .after(40_000), from: .init(), looksAtAll: false)
        while try first.step() {}
        let passed = first.next
        try store.write { [recording] in
            $0.messages = [StoredMessage(id: 10, message: .sample(recording: recording, at: 30_000))]
            // The recorder still has all of it in memory.
            $0.sessions = [Self.session("old", from: 0, to: 30_000, messages: [1, 2, 10])]
        }
        #expect(try store.remainsOfPruned().messages == [10])
        try prune(before: .after(25_000))
        #expect(try messageIDs.contains(10))
        try store.write { [recording] in
            $0.messages = [StoredMessage(id: 11, message: .sample(recording: recording, at: 40_000))]
        }
        // Whatever an earlier run of the same recorder went through already.
        var pruning = StorePruning(
            store,
            before: .after(35_000),
            now: .after(35_000),
            from: passed,
            looksAtAll: false
        )
        while try pruning.step() {}
        try store.expectNoDanglingReference()
        #expect(try messageIDs == [11])
    }

    @Test func `counts what is used without the pages that are free`() throws {
        let before = try store.usedBytes()
        let payload = String(repeating: "x", count: 10_000)
        try store.write { [recording] in
            $0.messages = MessageRows(
                (10...500).map { id in
                    StoredMessage(
                        id: Int64(id),
                        message: .sample(recording: recording, at: 1, payload: payload)
                    )
                }
            )
        }
        try store.write { $0.messages = [StoredMessage(id: 501, message: .sample(recording: 1, at: 30_000))] }
        let full = try store.usedBytes()
        #expect(full > before + 4_000_000)
        try prune(before: cutoff)
        #expect(try store.usedBytes() < before + 500_000)
        try store.compact()
        #expect(try store.usedBytes() < before + 500_000)
        let times = try [0, 1].map { try store.timeOfMessage(afterShare: $0, now: .after(40_000)) }
        #expect(times == [.after(100), .after(30_000)])
    }
}

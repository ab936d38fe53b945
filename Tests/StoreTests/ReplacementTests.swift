// Deriving sessions again: numbers that stay, sessions that vanish, and failures that change nothing.

import Sessions
import Testing
import Traffic
import Verdicts

@testable import Store

struct ReplacementTests: StoreSuite {
    let scratch: ScratchStore

    init() throws {
        scratch = try ScratchStore()
        try store.write {
            $0.messages = MessageRows(
                (1...3).map { StoredMessage(id: $0, message: .sample(recording: recording)) }
            )
            $0.transfers = [StoredTransfer(id: 1, recordingID: recording, transfer: .sample())]
            $0.sessions = [
                DerivedSession(
                    session: .sample(command: "gone"),
                    messageIDs: [1, 2],
                    messageCopies: [2: 1],
                    transferIDs: [1]
                ),
                DerivedSession(session: .sample(command: "stays"), messageIDs: [3], duplicateIDs: [3]),
            ]
        }
    }

    private var links: [[SQLValue]] {
        get throws {
            try store.query(
                sql: "SELECT session_id, message_id, copy_of, is_transport_duplicate FROM session_message"
            ).rows
        }
    }

    @Test func `sessions of the same key keep their number, others get new ones, the rest is deleted`() throws
    {
        try store.replaceSessions { replacement in
            try replacement.add(
                DerivedSession(session: .sample(command: "new"), messageIDs: [1], transferIDs: [1])
            )
            try replacement.add(DerivedSession(session: .sample(command: "stays"), messageIDs: [2]))
        }
        let sessions = try store.sessions()
        #expect(sessions.map(\.session.key.command) == ["stays", "new"])
        #expect(sessions.first?.id == 2)
        #expect(sessions.allSatisfy { $0.id != 1 })
        let new = try #require(sessions.last?.id)
        #expect(
            try links == [
                [.integer(2), .integer(2), .null, .integer(0)],
                [.integer(new), .integer(1), .null, .integer(0)],
            ]
        )
        #expect(try store.query(sql: "SELECT session_id FROM transfer").rows == [[.integer(new)]])
        try store.expectNoDanglingReference()
    }

    @Test func `a session that names a message the store does not hold is refused, and nothing is replaced`()
        throws
    {
        let before = try links
        let error = try #require(throws: StoreError.self) {
            try store.replaceSessions { replacement in
                try replacement.add(DerivedSession(session: .sample(command: "new"), messageIDs: [99]))
            }
        }
        #expect(error.code == .constraint)
        #expect(try links == before)
    }

    @Test func `the number of a session that is gone is not given to another`() throws {
        try store.replaceSessions { _ in }
        try store.write { $0.sessions = [DerivedSession(session: .sample(command: "later"))] }
        #expect(try store.session(.last).id == 3)
    }

    @Test func `an error in the middle leaves everything as it was`() throws {
        struct Failure: Error {}
        let before = try links
        #expect(throws: Failure.self) {
            try store.replaceSessions { replacement in
                try replacement.add(DerivedSession(session: .sample(command: "new"), messageIDs: [3]))
                throw Failure()
            }
        }
        #expect(try links == before)
        #expect(try store.sessions().map(\.session.key.command) == ["gone", "stays"])
    }

    @Test func `the evidence can be read while sessions are replaced`() throws {
        try store.replaceSessions { replacement in
            var ids: [Int64] = []
            try store.forEachEvidence { if case .message(let stored) = $0 { ids.append(stored.id) } }
            try replacement.add(DerivedSession(session: .sample(command: "all"), messageIDs: ids))
        }
        #expect(try store.evidence(ofSession: try store.session(.last).id).count == 3)
    }

    @Test func `a message is read anew, and unread where no dialect claims it any more`() throws {
        let message = StoredMessage(id: 1, message: .sample(recording: recording))
        var changes = try store.replaceSessionsComparing { try $0.setReading(.progress(7), of: message) }
        #expect(changes.changedMessages == 1)
        #expect(changes.messageFields == ["dialect": 1, "rule": 1, "event": 1, "device_id": 1, "percent": 1])
        #expect(changes.messageDetails.first?.fields.last?.after == .real(7))
        let figures =
            "SELECT event, percent FROM message LEFT JOIN rule ON rule.id = rule_id WHERE message.id = 1"
        #expect(try store.query(sql: figures).rows == [[.text("progress"), .real(7)]])
        // What the row holds decides, not what the caller takes it to hold.
        changes = try store.replaceSessionsComparing { try $0.setReading(.progress(7), of: message) }
        #expect(changes.isEmpty)
        var read = message
        read.reading = .progress(7)
        try store.replaceSessions { try $0.setReading(nil, of: read) }
        #expect(try store.query(sql: figures).rows == [[.null, .null]])
    }

    @Test func `a replay outlives its session and still tells which one it was`() throws {
        let lateness = Lateness(median: .zero, p99: .zero, maximum: .zero)
        let replay = ReplayRecord(
            sessionID: 1,
            startedAt: start,
            endedAt: start,
            toolVersion: "1.0.0",
            verdict: Verdict(kind: .stable, reason: "same"),
            lateness: lateness
        )
        let id = try store.saveReplay(replay)
        try store.replaceSessions { _ in }
        try store.expectNoDanglingReference()
        #expect(
            try store.query(sql: "SELECT id, session_id, device_id, command FROM replay").rows
                == [[.integer(id), .null, .text("7"), .text("gone")]]
        )
    }
}

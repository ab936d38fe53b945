// Batches: all or nothing, sessions that keep their number, enums that fit the schema.

import Dialects
import Foundation
import Sessions
import Testing
import Traffic
import Verdicts

@testable import Store

struct WritingTests: StoreSuite {
    let scratch: ScratchStore

    init() throws { scratch = try ScratchStore() }

    @Test func `ids of messages and transfers go on where an earlier run ended`() throws {
        #expect(try store.nextMessageID() == 1)
        #expect(try store.nextTransferID() == 1)
        try store.write {
            $0.messages = [StoredMessage(id: 41, message: .sample(recording: recording))]
            $0.transfers = [StoredTransfer(id: 7, recordingID: recording, transfer: .sample())]
        }
        #expect(try store.nextMessageID() == 42)
        #expect(try store.nextTransferID() == 8)
    }

    @Test func `a batch that breaks a foreign key is not kept in part`() throws {
        let error = try #require(throws: StoreError.self) {
            try store.write {
                $0.messages = [
                    StoredMessage(id: 1, message: .sample(recording: recording)),
                    StoredMessage(id: 2, message: .sample(recording: 99)),
                ]
            }
        }
        #expect(error.code == .constraint)
        #expect(try store.nextMessageID() == 1)
    }

    @Test func `a topic first seen in a batch that was undone is written again`() throws {
        let good = StoredMessage(id: 1, message: .sample(recording: recording, topic: "v1/8/new"))
        let bad = StoredMessage(id: 2, message: .sample(recording: 99, topic: "v1/8/new"))
        #expect(throws: StoreError.self) { try store.write { $0.messages = [good, bad] } }
        try store.write { $0.messages = [good] }
        #expect(try store.query(sql: "SELECT name FROM topic").rows == [[.text("v1/8/new")]])
    }

    @Test func `a batch that found the store held by another program is written at the next try`() throws {
        let impatient = try UpgradeStore.open(path: store.path, .existing, patience: 0)
        var batch = StoreBatch()
        batch.messages = [
            StoredMessage(id: 1, message: .sample(recording: recording, topic: "v1/8/new")),
            StoredMessage(id: 2, message: .sample(recording: recording, connection: 2)),
        ]
        batch.transfers = [StoredTransfer(id: 1, recordingID: recording, transfer: .sample())]
        batch.sessions = [DerivedSession(session: .sample(), messageIDs: [1, 2], transferIDs: [1])]
        batch.counts = [recording: RecordingCounts(packets: 9)]
        let error = try store.write("Cannot hold the store") { [batch] _ in
            #expect(throws: StoreError.self) { try impatient.write(batch) }
        }
        #expect(error?.code == .busy)
        #expect(error?.message.contains("another program holds the store") == true)
        #expect(try impatient.nextMessageID() == 1)
        #expect(try impatient.sessions().isEmpty)
        try impatient.write(batch)
        #expect(try impatient.evidence(ofSession: 1).count == 3)
        #expect(try impatient.recordings().first?.counts.packets == 9)
    }

    @Test func `a batch that failed on its last row is written whole once the row is right`() throws {
        var batch = StoreBatch()
        batch.messages = [StoredMessage(id: 1, message: .sample(recording: recording))]
        batch.transfers = [StoredTransfer(id: 1, recordingID: recording, transfer: .sample())]
        batch.sessions = [DerivedSession(session: .sample(), messageIDs: [1], transferIDs: [1])]
        batch.counts = [99: RecordingCounts()]
        #expect(throws: StoreError.self) { try store.write(batch) }
        for table in ["message", "transfer", "session", "topic", "connection"] {
            #expect(try store.query(sql: "SELECT * FROM \(table)").rows.isEmpty)
        }
        batch.counts = [recording: RecordingCounts(packets: 1)]
        try store.write(batch)
        #expect(try store.evidence(ofSession: 1).count == 2)
    }

    @Test func `the same id written twice is refused as another recorder's work`() throws {
        let message = StoredMessage(id: 1, message: .sample(recording: recording))
        try store.write { $0.messages = [message] }
        let error = try #require(throws: StoreError.self) { try store.write { $0.messages = [message] } }
        #expect(error.code == .constraint)
        #expect(error.message.contains("another program records"))
    }

    @Test func `a session keeps its number when it is written again, and its findings are replaced`() throws {
        var session = Session.sample(outcome: .open)
        session.anomalies = [
            Anomaly(code: .noAck, severity: .warning, at: start, text: "no ack"),
            Anomaly(code: .stallGap, severity: .notice, at: start, text: "gap", messageIDs: [3, 4]),
        ]
        try store.write { $0.sessions = [DerivedSession(session: session)] }
        try store.write { $0.sessions = [DerivedSession(session: .sample(command: "c-2", at: 1))] }
        session.outcome = .failed
        session.failureClass = .httpError
        session.anomalies = [
            Anomaly(code: .httpError, severity: .error, at: start, text: "404", transferIDs: [9])
        ]
        try store.write { $0.sessions = [DerivedSession(session: session)] }
        let stored = try store.sessions()
        #expect(stored.map(\.id) == [1, 2])
        #expect(stored.first?.session == session)
    }

    @Test func `the same command on another attempt, device or dialect is another session`() throws {
        var other = Session.sample()
        other.key.dialect = "jetlinks"
        let sessions: [Session] = [.sample(), .sample(attempt: 2), .sample(device: "8"), other]
        try store.write { $0.sessions = sessions.map { DerivedSession(session: $0) } }
        #expect(try store.sessions().count == 4)
    }

    @Test func `a link that a later batch states is written to the earlier message`() throws {
        try store.write {
            $0.messages = [
                StoredMessage(id: 1, message: .sample(recording: recording)),
                StoredMessage(id: 2, message: .sample(recording: recording, connection: 2)),
            ]
        }
        try store.write {
            $0.sessions = [
                DerivedSession(
                    session: .sample(),
                    messageIDs: [1, 2],
                    messageCopies: [2: 1],
                    duplicateIDs: [1]
                )
            ]
        }
        #expect(
            try store.query(sql: "SELECT * FROM session_message").rows == [
                [.integer(1), .integer(1), .null, .integer(1)],
                [.integer(1), .integer(2), .integer(1), .integer(0)],
            ]
        )
    }

    @Test func `a copy may be written before the message it is a copy of`() throws {
        try store.write {
            $0.messages = [
                StoredMessage(id: 1, message: .sample(recording: recording)),
                StoredMessage(id: 2, message: .sample(recording: recording, connection: 2)),
            ]
            $0.sessions = [
                DerivedSession(session: .sample(), messageIDs: [1, 2], messageCopies: [1: 2])
            ]
        }
        #expect(
            try store.query(sql: "SELECT copy_of FROM session_message WHERE message_id = 1").rows
                == [[.integer(2)]]
        )
    }

    @Test(arguments: [
        DerivedSession(session: .sample(), messageIDs: [9]),
        DerivedSession(session: .sample(), messageIDs: [1], messageCopies: [1: 9]),
        DerivedSession(session: .sample(), transferIDs: [9]),
        DerivedSession(session: .sample(), transferIDs: [1], transferCopies: [1: 9]),
    ])
    func `a link to evidence that is not there is refused with the whole batch`(derived: DerivedSession)
        throws
    {
        let error = try #require(throws: StoreError.self) {
            try store.write {
                $0.messages = [StoredMessage(id: 1, message: .sample(recording: recording))]
                $0.transfers = [StoredTransfer(id: 1, recordingID: recording, transfer: .sample())]
                $0.sessions = [derived]
            }
        }
        #expect(error.code == .constraint)
        #expect(error.message.contains("9"))
        #expect(try store.nextMessageID() == 1)
        #expect(try store.sessions().isEmpty)
    }

    @Test func `a transfer of a recording that is not there is refused`() throws {
        let error = try #require(throws: StoreError.self) {
            try store.write { $0.transfers = [StoredTransfer(id: 1, recordingID: 99, transfer: .sample())] }
        }
        #expect(error.code == .constraint)
    }

    @Test func `what another program deletes meanwhile is looked up again, and nothing is left hanging`()
        async throws
    {
        func message(_ id: Int64, in recording: Int64) -> StoredMessage {
            StoredMessage(id: id, message: .sample(recording: recording), reading: .progress(1))
        }
        let other = try store.begin()
        try store.write {
            $0.messages = [message(1, in: recording), message(2, in: other)]
            $0.sessions = [DerivedSession(session: .sample(), messageIDs: [1, 2])]
        }
        _ = try await sqlite3(
            store.path,
            "PRAGMA foreign_keys = 1; DELETE FROM session; DELETE FROM recording WHERE id = \(recording);"
        )
        try store.expectNoDanglingReference()
        let error = try #require(throws: StoreError.self) {
            try store.write { $0.messages = [message(3, in: recording)] }
        }
        #expect(error.code == .constraint)
        #expect(throws: StoreError.self) {
            try store.write { $0.sessions = [DerivedSession(session: .sample(), messageIDs: [1])] }
        }
        try store.write {
            $0.messages = [message(3, in: other)]
            $0.sessions = [DerivedSession(session: .sample(), messageIDs: [2, 3])]
        }
        #expect(try store.evidence(ofSession: 2).count == 2)
    }

    @Test func `two topics of one hash are two topics`() throws {
        try store.write { batch in
            for (id, topic) in ["v1/7/progress", "v1/8/progress", "v1/7/progress", ""].enumerated() {
                let row = MessageRow(
                    id: Int64(id + 1),
                    vantage: Vantage(recordingID: recording, connection: 1),
                    topicHash: 42,
                    recordedAt: start,
                    direction: .toBroker
                )
                batch.messages.append(
                    row,
                    topic: Array(topic.utf8).span.bytes,
                    payload: Array("{}".utf8).span.bytes,
                    reading: nil
                )
            }
        }
        let sql = "SELECT name FROM message JOIN topic ON topic.id = topic_id ORDER BY message.id"
        #expect(
            try store.query(sql: sql).rows
                == ["v1/7/progress", "v1/8/progress", "v1/7/progress", ""].map { [.text($0)] }
        )
    }

    @Test func `a batch that was emptied is filled and written again`() throws {
        var batch = StoreBatch()
        for round in 0..<3 {
            for index in 1...40 {
                let id = Int64(round * 40 + index)
                let message = Message.sample(recording: recording, payload: "payload \(id)")
                batch.messages.append(StoredMessage(id: id, message: message, reading: .progress(Double(id))))
            }
            try store.write(batch)
            batch.removeAll()
            #expect(batch.isEmpty)
        }
        let sql =
            "SELECT count(*), sum(CAST(payload AS TEXT) = 'payload ' || id AND percent = id) FROM message"
        #expect(try store.query(sql: sql).rows == [[.integer(120), .integer(120)]])
        #expect(
            try store.query(sql: "SELECT name, event FROM rule").rows == [
                [.text("progress"), .text("progress")]
            ]
        )
    }

    @Test func `the first session that names a transfer owns it and others share it`() throws {
        try store.write {
            $0.transfers = [StoredTransfer(id: 1, recordingID: recording, transfer: .sample())]
            $0.sessions = ["7", "8"].map {
                DerivedSession(session: .sample(device: $0), transferIDs: [1])
            }
        }
        #expect(try store.query(sql: "SELECT session_id FROM transfer").rows == [[.integer(1)]])
        #expect(
            try store.query(sql: "SELECT * FROM session_transfer").rows == [[.integer(2), .integer(1)]]
        )
        #expect(try store.evidence(ofSession: 2).count == 1)
    }

    @Test func `facts of a connection that are learned later complete it`() throws {
        let vantage = Vantage(recordingID: recording, connection: 1)
        try store.write { $0.messages = [StoredMessage(id: 1, message: .sample(recording: recording))] }
        var connection = StoredConnection(vantage: vantage)
        connection.clientID = "device-7"
        connection.keepAliveSeconds = 60
        try store.write { $0.connections = [connection] }
        var end = StoredConnection(vantage: vantage)
        end.end = "reset"
        try store.write { $0.connections = [end] }
        let rows = try store.query(sql: "SELECT client_id, keep_alive_seconds, end FROM connection").rows
        #expect(rows == [[.text("device-7"), .integer(60), .text("reset")]])
    }

    @Test func `the schema takes every state, outcome, class, source and severity there is`() throws {
        var sessions = Session.State.allCases.map { state in
            var session = Session.sample(command: "state \(state)")
            session.state = state
            return session
        }
        sessions += Session.Outcome.allCases.map { outcome in
            Session.sample(
                command: "outcome \(outcome)",
                outcome: outcome,
                failure: [.failed, .cancelled, .superseded].contains(outcome) ? .other : nil
            )
        }
        sessions += [FailureClass.claimedSuccessWithoutDownload, .versionNotConfirmed].map { doubt in
            var session = Session.sample(command: "doubt \(doubt)", outcome: .ok)
            session.doubt = doubt
            session.failureMessageIDs = [3, 4]
            return session
        }
        sessions += Session.Carrier.allCases.map { carrier in
            var session = Session.sample(command: "carrier \(carrier)")
            session.carrier = carrier
            session.chunkCount = 7
            return session
        }
        sessions += FailureClass.allCases.map {
            Session.sample(command: "class \($0)", outcome: .failed, failure: $0)
        }
        sessions += Session.FailureSource.allCases.map { source in
            var session = Session.sample(command: "source \(source)", outcome: .failed, failure: .other)
            session.failureSource = source
            return session
        }
        sessions += Anomaly.Severity.allCases.map { severity in
            var session = Session.sample(command: "severity \(severity)")
            session.anomalies = Anomaly.Code.allCases.map {
                Anomaly(code: $0, severity: severity, at: start, text: "")
            }
            return session
        }
        try store.write { $0.sessions = sessions.map { DerivedSession(session: $0) } }
        #expect(try store.sessions().map(\.session) == sessions)
    }

    @Test func `the schema takes every kind of event, evidence and end there is`() throws {
        let messages = UpgradeEvent.Kind.allCases.enumerated().map { index, kind in
            StoredMessage(
                id: Int64(index + 1),
                message: .sample(recording: recording),
                reading: MessageReading(dialect: "jetlinks", rule: "r", event: kind, deviceID: "7")
            )
        }
        let transfers = Exchange.End.allCases.enumerated().map { index, end in
            StoredTransfer(id: Int64(index + 1), recordingID: recording, transfer: .sample(end: end))
        }
        try store.write {
            $0.messages = MessageRows(messages)
            $0.transfers = transfers
        }
        #expect(try store.nextMessageID() == Int64(messages.count + 1))
        #expect(try store.nextTransferID() == Int64(transfers.count + 1))
    }

    @Test func `a failed session without a class is refused`() throws {
        #expect(throws: StoreError.self) {
            try store.write { $0.sessions = [DerivedSession(session: .sample(outcome: .failed))] }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a hundred thousand messages are one batch`() throws {
        let count = 100_000
        let topics = (0..<500).map { Array("v1/\($0)/progress".utf8) }
        let payload = Array("{}".utf8)
        let reading = MessageReading.progress(50)
        try store.write { batch in
            for index in 1...count {
                let row = MessageRow(
                    id: Int64(index),
                    vantage: Vantage(recordingID: recording, connection: 1),
                    topicHash: UInt64(index % 500),
                    recordedAt: start,
                    direction: .toBroker
                )
                let topic = topics[index % 500]
                batch.messages.append(
                    row,
                    topic: topic.span.bytes,
                    payload: payload.span.bytes,
                    reading: reading
                )
            }
        }
        let totals = try store.query(sql: "SELECT count(*), count(DISTINCT topic_id) FROM message")
        #expect(totals.rows == [[.integer(Int64(count)), .integer(500)]])
    }
}

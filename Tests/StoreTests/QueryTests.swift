// The shipped queries: the same in the program and in plain sqlite3, right in their figures, quick in their plans.

import Dialects
import Foundation
import Sessions
import TestSupport
import Testing
import Traffic

@testable import Store

struct QueryTests: StoreSuite {
    let scratch: ScratchStore

    init() throws { scratch = try ScratchStore() }

    /// A bit of everything: two sources, a copy, a redelivery, a failure, a shared transfer.
    private func keepAVariety() throws {
        let broker = try store.begin(.broker)
        var failed = Session.sample(command: "c-2", at: 2, outcome: .failed, failure: .httpError)
        failed.failureEvidence = "GET was answered with 404"
        failed.claimedBytes = 10
        failed.measuredBytes = 20
        failed.transferCount = 1
        failed.anomalies = [Anomaly(code: .httpError, severity: .error, at: .after(2), text: "404")]
        try store.write {
            $0.messages = [
                StoredMessage(id: 1, message: .sample(recording: recording, at: 2), reading: .progress(50)),
                StoredMessage(id: 2, message: .sample(recording: broker, connection: 0, at: 2.01)),
                StoredMessage(id: 3, message: .sample(recording: recording, at: 2.5)),
                StoredMessage(id: 4, message: .sample(recording: broker, connection: 0, at: 4)),
            ]
            $0.transfers = [
                StoredTransfer(id: 1, recordingID: recording, transfer: .sample(at: 2.2, status: 404)),
                StoredTransfer(id: 2, recordingID: recording, transfer: .sample(at: 0, bytes: 5_000)),
            ]
            $0.sessions = [
                DerivedSession(session: .sample(command: "c-1", at: 0), transferIDs: [2]),
                DerivedSession(
                    session: failed,
                    messageIDs: [1, 2, 3, 4],
                    messageCopies: [2: 1],
                    duplicateIDs: [3],
                    transferIDs: [1]
                ),
            ]
        }
    }

    @Test func `the list of queries is the folder, and each says what it shows`() throws {
        let folder = Fixtures.root.appending(path: "Queries")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(UpgradeStore.queries.map { $0.name + ".sql" } == files)
        for query in UpgradeStore.queries {
            #expect(!query.description.isEmpty, "\(query.name)")
            #expect(
                try query.sql
                    == String(contentsOf: folder.appending(path: query.name + ".sql"), encoding: .utf8)
            )
        }
    }

    @Test(arguments: UpgradeStore.queries)
    func `plain sqlite3 gives the same rows as the program`(query: ShippedQuery) async throws {
        try keepAVariety()
        try store.keepAFleet()
        let result = try store.query(named: query.name)
        #expect(!result.rows.isEmpty)
        let text = try await sqlite3(store.path, query.sql, options: ["-json"])
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(rows.count == result.rows.count)
        for (expected, row) in zip(rows, result.rows) {
            #expect(expected.count == row.count)
            for (column, value) in zip(result.columns, row) { #expect(value.equals(expected[column])) }
        }
    }

    @Test(arguments: UpgradeStore.queries)
    func `no query reads a big table from end to end without an index`(query: ShippedQuery) throws {
        let plan = try store.query(sql: "EXPLAIN QUERY PLAN \(query.sql)")
        for row in plan.rows {
            guard case .text(let step) = row.last else { continue }
            let isBare = step.hasPrefix("SCAN ") && !step.contains("INDEX")
            let isBig = ["message", "transfer", "session", "anomaly", "transfer_sample"].contains {
                step == "SCAN \($0)"
            }
            #expect(!(isBare && isBig), "\(query.name): \(step)")
        }
    }

    @Test(arguments: UpgradeStore.queries)
    func `every query runs on an empty store and with every parameter set`(query: ShippedQuery) throws {
        let parameters = Dictionary(uniqueKeysWithValues: query.parameters.map { ($0, "1") })
        #expect(!query.parameters.isEmpty)
        #expect(try store.query(named: query.name, parameters: parameters).columns.count > 3)
    }

    @Test func `the timeline shows the last session, each message once, and who saw it`() throws {
        try keepAVariety()
        let result = try store.query(named: "session-timeline")
        let columns = ["what", "sources", "message_id", "transfer_id"].compactMap(result.columns.firstIndex)
        #expect(
            result.rows.map { row in columns.map { row[$0] } } == [
                [.text("progress"), .text("broker+wire"), .integer(1), .null],
                [.text("download"), .text("wire"), .null, .integer(1)],
                [.text("message"), .text("wire"), .integer(3), .null],
                [.text("message"), .text("broker"), .integer(4), .null],
            ]
        )
        let details = result.rows.compactMap { row in
            result.columns.firstIndex(of: "detail").map { row[$0] }
        }
        #expect(details.first == .text("v1/7/firmware/download/progress 2 bytes, 50 %"))
        #expect(details.contains(.text("v1/7/firmware/download/progress 2 bytes, redelivered")))
        // The signed part of a URL is not for the eyes of whoever runs sqlite3.
        #expect(
            details.contains(
                .text("GET http://host:8080/fw.bin → 404, 1000 of 1000 bytes in 1000 ms, complete")
            )
        )
    }

    @Test func `a parameter chooses the session of the timeline`() throws {
        try keepAVariety()
        let result = try store.query(named: "session-timeline", parameters: ["session": "1"])
        #expect(result.rows.count == 1)
        #expect(try store.query(named: "session-timeline", parameters: ["session": "77"]).rows.isEmpty)
    }

    @Test func `a parameter of digits with leading zeros stays text`() throws {
        let result = try store.query(
            sql: "SELECT :a, :b, :c, :d",
            parameters: ["a": "007", "b": "7", "c": "x"]
        )
        #expect(result.rows == [[.text("007"), .integer(7), .text("x"), .null]])
    }

    @Test func `an unknown parameter is refused and the known ones are named`() throws {
        let error = try #require(throws: StoreError.self) {
            try store.query(named: "failed-sessions", parameters: ["devise": "7"])
        }
        #expect(error.code == .query)
        #expect(error.message.contains("dialect, device, class, limit"))
    }

    @Test func `an unknown query is refused and the known ones are named`() throws {
        let error = try #require(throws: StoreError.self) { try store.query(named: "nope") }
        #expect(error.message.contains("download-stats"))
    }

    @Test(arguments: [
        "DELETE FROM recording", "DROP TABLE message", "SELECT * FROM nowhere", "", "SELECT 1; SELECT 2",
        "ATTACH '/tmp/otatape-never.db' AS x", "PRAGMA journal_mode = DELETE",
    ])
    func `SQL that writes, or is none, is refused`(sql: String) throws {
        #expect(throws: StoreError.self) { try store.query(sql: sql) }
        #expect(try store.recordings().count == 1)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/otatape-never.db"))
    }

    @Test func `an answer that is too long is cut, and says so`() throws {
        let numbers = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n
            """
        let result = try store.query(sql: numbers, limit: 10)
        #expect(result.rows.count == 10)
        #expect(result.isCut)
        #expect(try !store.query(sql: "SELECT 1", limit: 1).isCut)
    }

    @Test func `parameters are not looked for in strings and comments`() {
        let sql = "SELECT ':a', \":b\", 'it''s :c' -- :d\n /* :e */ , :f, strftime('%H:%M'), :f, :g2"
        #expect(SQLText.parameters(in: sql) == ["f", "g2"])
        #expect(SQLText.parameters(in: "SELECT 'open :a") == [])
        #expect(SQLText.parameters(in: "SELECT 1 /* :a") == [])
    }

    @Test func `the view of messages shows each once, linked or not, and finds those of a session`() throws {
        try store.write {
            $0.messages = MessageRows(
                (1...4).map { StoredMessage(id: $0, message: .sample(recording: recording, at: Double($0))) }
            )
            $0.sessions = [
                DerivedSession(
                    session: .sample(),
                    messageIDs: [1, 3],
                    messageCopies: [3: 1],
                    duplicateIDs: [1]
                )
            ]
        }
        let columns = "id, session_id, copy_of, is_transport_duplicate, direction"
        #expect(
            try store.query(sql: "SELECT \(columns) FROM message_readable ORDER BY id").rows == [
                [.integer(1), .integer(1), .null, .integer(1), .text("to-broker")],
                [.integer(2), .null, .null, .integer(0), .text("to-broker")],
                [.integer(3), .integer(1), .integer(1), .integer(0), .text("to-broker")],
                [.integer(4), .null, .null, .integer(0), .text("to-broker")],
            ]
        )
        let ofSession = "SELECT id FROM message_readable WHERE session_id = 1 ORDER BY recorded_at"
        #expect(try store.query(sql: ofSession).rows == [[.integer(1)], [.integer(3)]])
        let plan = try store.query(sql: "EXPLAIN QUERY PLAN \(ofSession)").rows.compactMap(\.last)
        #expect(plan.contains(.text("SEARCH session_message USING PRIMARY KEY (session_id=?)")))
    }

    @Test func `views show times as people write them and whether a body matched its offer`() throws {
        var session = Session.sample()
        session.digest = .init(algorithm: "md5", hex: String(repeating: "d", count: 32), verbatim: "")
        session.offeredAt = .after(0.25)
        var transfer = Transfer.sample()
        transfer.md5 = String(repeating: "d", count: 32)
        try store.write {
            $0.transfers = [StoredTransfer(id: 1, recordingID: recording, transfer: transfer)]
            $0.messages = [StoredMessage(id: 1, message: .sample(recording: recording, payload: "{}"))]
            $0.sessions = [DerivedSession(session: session, messageIDs: [1], transferIDs: [1])]
        }
        #expect(
            try store.query(sql: "SELECT offered_at, ended_at FROM session_readable").rows
                == [[.text("2023-11-14T22:13:20.250Z"), .null]]
        )
        #expect(try store.query(sql: "SELECT matches_offer FROM transfer_readable").rows == [[.integer(1)]])
        #expect(
            try store.query(sql: "SELECT topic, payload, source FROM message_readable").rows
                == [[.text("v1/7/firmware/download/progress"), .text("{}"), .text("lo")]]
        )
        #expect(
            try store.query(sql: "SELECT started_at, dropped FROM recording_readable").rows
                == [[.text("2023-11-14T22:13:20.000Z"), .integer(0)]]
        )
    }
}

private extension SQLValue {
    /// Whether this is the value that `sqlite3 -json` printed.
    func equals(_ json: Any?) -> Bool {
        switch self {
        case .null: json is NSNull
        case .integer(let number): (json as? NSNumber)?.int64Value == number
        case .real(let number):
            (json as? NSNumber).map { abs($0.doubleValue - number) <= abs(number) * 1e-9 } ?? false
        case .text(let text): json as? String == text
        case .blob: false
        }
    }
}

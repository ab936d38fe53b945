// Replays are kept with all that was sent, received and found different.

import Sessions
import Testing
import Traffic
import Verdicts

@testable import Store

struct ReplayTests: StoreSuite {
    let scratch: ScratchStore

    init() throws {
        scratch = try ScratchStore()
        try store.write { $0.sessions = [DerivedSession(session: .sample())] }
    }

    private func record(_ kind: Verdict.Kind, sessionID: Int64 = 1) -> ReplayRecord {
        ReplayRecord(
            sessionID: sessionID,
            startedAt: .after(0),
            endedAt: .after(2),
            settings: ["speed": "2", "network": "recorded"],
            toolVersion: "1.0.0",
            verdict: Verdict(
                kind: kind,
                reason: "http-error then, ok now",
                differences: [
                    Difference(field: "result.code", rule: "exact", recorded: "FAILED", observed: "SUCCESS"),
                    Difference(field: "extra", rule: "set", recorded: nil, observed: "x", isExplained: true),
                ],
                evaluated: 9,
                tolerated: 2,
                ignored: 1
            ),
            lateness: Lateness(median: .microseconds(20), p99: .milliseconds(1), maximum: .milliseconds(3)),
            lines: [
                .init(
                    direction: .sent,
                    at: .after(0),
                    lateness: .milliseconds(1),
                    topic: [1],
                    payload: [0xFF]
                ),
                .init(direction: .received, at: .after(1), topic: [1], payload: []),
            ]
        )
    }

    @Test func `a replay is kept with its verdict, lateness, messages and differences in order`() throws {
        #expect(try store.saveReplay(record(.fixed)) == 1)
        #expect(
            try store.query(
                sql: "SELECT verdict, evaluated, settings, lateness_p50_ms, lateness_max_ms FROM replay"
            ).rows == [
                [
                    .text("FIXED"), .integer(9), .text(#"{"network":"recorded","speed":"2"}"#), .real(0.02),
                    .real(3),
                ]
            ]
        )
        #expect(
            try store.query(sql: "SELECT direction, lateness_ms, payload FROM replay_message").rows == [
                [.text("sent"), .real(1), .blob([0xFF])], [.text("received"), .null, .blob([])],
            ]
        )
        #expect(
            try store.query(sql: "SELECT field, recorded, is_explained FROM difference").rows == [
                [.text("result.code"), .text("FAILED"), .integer(0)], [.text("extra"), .null, .integer(1)],
            ]
        )
    }

    @Test(arguments: Verdict.Kind.allCases)
    func `every verdict can be kept`(kind: Verdict.Kind) throws {
        _ = try store.saveReplay(record(kind))
        #expect(try store.query(sql: "SELECT verdict FROM replay").rows == [[.text(kind.rawValue)]])
    }

    @Test func `a replay of a session that is not there is refused`() throws {
        let error = try #require(throws: StoreError.self) {
            try store.saveReplay(record(.stable, sessionID: 5))
        }
        #expect(error.code == .notFound)
    }
}

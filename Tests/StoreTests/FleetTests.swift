// Findings about the fleet, and the listing of all findings.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Store

extension UpgradeStore {
    /// Three devices that fail alike, a broadcast that parts, offers that come again, an answer by a foreign id.
    func keepAFleet(spacing minutes: Double = 20) throws {
        var sessions: [Session] = (0..<3).map { number in
            var session = Session.sample(
                device: "f\(number)",
                command: "fleet",
                at: -10_000 + Double(number) * minutes * 60,
                outcome: .failed,
                failure: .hashMismatch
            )
            session.offeredAt = session.firstSeenAt
            session.facts.clockOffset = .milliseconds(3_200 * (number + 1))
            session.anomalies = [
                Anomaly(
                    code: .stallGap,
                    severity: .warning,
                    at: session.firstSeenAt,
                    text: "silence \(number)"
                ),
                Anomaly(code: .duplicateOffer, severity: .notice, at: session.firstSeenAt, text: "twice"),
            ]
            return session
        }
        for (number, outcome) in [Session.Outcome.ok, .failed].enumerated() {
            var child = Session.sample(device: "c\(number)", command: "child", at: -30_000 + Double(number))
            child.gatewayID = "gw"
            child.outcome = outcome
            child.failureClass = outcome == .failed ? .rejected : nil
            sessions.append(child)
        }
        for number in 0..<3 {
            var again = Session.sample(
                device: "flap",
                command: "again-\(number)",
                at: -40_000 + Double(number) * 600
            )
            again.offeredAt = again.firstSeenAt
            sessions.append(again)
        }
        sessions.append(Session.sample(device: "stranger", command: "fleet", at: -50_000))
        try write { $0.sessions = sessions.map { DerivedSession(session: $0) } }
    }
}

struct FleetTests: StoreSuite {
    let scratch: ScratchStore

    init() throws { scratch = try ScratchStore() }

    private func found(_ code: Anomaly.Code, _ fill: (inout AnomalyFilter) -> Void = { _ in }) throws
        -> [FoundAnomaly]
    {
        var filter = AnomalyFilter(code: code)
        fill(&filter)
        return try store.anomalies(matching: filter).found
    }

    @Test func `fleet-correlation: the same failure on three devices within an hour`() throws {
        try store.keepAFleet()
        let finding = try #require(try found(.fleetCorrelation).first)
        #expect(finding.sessionIDs.count == 3)
        #expect(finding.firmware == "2.0")
        #expect(finding.anomaly.severity == .error)
        #expect(
            finding.anomaly.text.hasPrefix(
                "3 devices failed with hash-mismatch on the way to 2.0, 3 sessions"
            )
        )
        #expect(try found(.fleetCorrelation) { $0.fleetDevices = 4 }.isEmpty)
        #expect(try found(.fleetCorrelation) { $0.fleetMinutes = 39 }.isEmpty)
        #expect(try found(.fleetCorrelation) { $0.fleetMinutes = 40 }.count == 1)
    }

    @Test func `fleet-correlation: not for failures further apart, nor for one device that fails often`()
        throws
    {
        try store.keepAFleet(spacing: 31)
        #expect(try found(.fleetCorrelation).isEmpty)
        try store.write {
            $0.sessions = (0..<5).map { number in
                let session = Session.sample(
                    device: "one",
                    command: "o\(number)",
                    at: 60_000 + Double(number),
                    outcome: .failed,
                    failure: .stalled
                )
                return DerivedSession(session: session)
            }
        }
        #expect(try found(.fleetCorrelation).isEmpty)
    }

    @Test func `fleet-correlation: a session and a device find what they are part of`() throws {
        try store.keepAFleet()
        #expect(try found(.fleetCorrelation) { $0.deviceID = "f1" }.count == 1)
        #expect(try found(.fleetCorrelation) { $0.deviceID = "flap" }.isEmpty)
        #expect(try found(.fleetCorrelation) { $0.sessionID = 1 }.count == 1)
    }

    @Test func `child-divergence: children of one broadcast end differently, or are far apart`() throws {
        try store.keepAFleet()
        #expect(
            try found(.childDivergence).map(\.anomaly.text) == [
                "2 children of gateway gw got 2.0 together: 1 ok, 1 failed"
            ]
        )
        for (percent, count) in [(90.0, 1), (65.0, 0)] {
            let other = try ScratchStore()
            let sessions = [("c1", 50.0), ("c2", percent)].map { device, percent in
                var session = Session.sample(device: device, outcome: .open)
                session.gatewayID = "gw"
                session.claimedPercent = percent
                return session
            }
            try other.store.write { $0.sessions = sessions.map { DerivedSession(session: $0) } }
            #expect(
                try other.store.anomalies(matching: AnomalyFilter(code: .childDivergence)).found.count
                    == count
            )
        }
    }

    @Test func `flapping-reoffer: three offers of one version within an hour`() throws {
        try store.keepAFleet()
        #expect(try found(.flappingReoffer).map(\.deviceID) == ["flap"])
        try store.write { batch in
            batch.sessions = [0.0, 1_900, 3_800].map { at in
                var session = Session.sample(device: "slow", command: "s\(at)", at: 100_000 + at)
                session.offeredAt = session.firstSeenAt
                return DerivedSession(session: session)
            }
        }
        #expect(try found(.flappingReoffer).map(\.deviceID) == ["flap"])
    }

    @Test func `reply-id-unknown: an id that was issued to another device`() throws {
        try store.keepAFleet()
        #expect(
            try found(.replyIDUnknown).map(\.anomaly.text) == [
                "answered with id fleet, which was issued to f0"
            ]
        )
        #expect(try found(.replyIDUnknown).first?.deviceID == "stranger")
    }

    @Test func `findings are listed the newest first, by severity, code, device and session`() throws {
        try store.keepAFleet()
        let all = try store.anomalies().found
        #expect(all.map(\.anomaly.at) == all.map(\.anomaly.at).sorted(by: >))
        #expect(Set(all.map(\.anomaly.code)).count == 6)
        #expect(try store.anomalies(matching: AnomalyFilter(severity: .error)).found.count == 1)
        #expect(try found(.stallGap) { $0.deviceID = "f2" }.map(\.anomaly.text) == ["silence 2"])
        #expect(try found(.stallGap) { $0.sessionID = 2 }.map(\.sessionIDs) == [[2]])
        let cut = try store.anomalies(matching: AnomalyFilter(limit: 2))
        #expect(cut.isCut)
        #expect(cut.found.count == 2)
    }

    @Test func `findings are counted by what they have in common, the newest as example`() throws {
        try store.keepAFleet()
        let result = try store.anomalies(matching: AnomalyFilter(), by: .code)
        let row = try #require(result.rows.first { $0.first == .text("stall-gap") })
        #expect(
            row.prefix(6) == [
                .text("stall-gap"), .integer(3), .integer(0), .integer(3), .integer(0), .integer(3),
            ]
        )
        #expect(row.last == .text("stall-gap: silence 2"))
        for grouping in AnomalyFilter.Grouping.allCases {
            #expect(try !store.anomalies(matching: AnomalyFilter(), by: grouping).rows.isEmpty)
        }
    }

    @Test func `facts are read back as they were written`() throws {
        var session = Session.sample()
        session.facts.ackLatency = .milliseconds(12)
        session.facts.stallCount = 2
        session.facts.clockOffset = .milliseconds(-3_200)
        session.facts.clockResolution = .microseconds
        session.facts.rateRatio = 8.02
        session.facts.expectedProgressCount = 11
        let kept = session
        try store.write { $0.sessions = [DerivedSession(session: kept)] }
        #expect(try store.sessions().first?.session.facts == session.facts)
    }

    @Test(arguments: [
        (AnomalyFilter(sessionID: 1), "SEARCH anomaly USING INDEX sqlite_autoindex_anomaly_1 (session_id=?)"),
        (AnomalyFilter(code: .noAck), "SEARCH anomaly USING INDEX anomaly_by_code (code=?)"),
        (AnomalyFilter(), "SCAN anomaly USING INDEX anomaly_by_time"),
    ])
    func `findings are found by an index`(filter: AnomalyFilter, step: String) throws {
        let sql = UpgradeStore.listing(of: filter).sql.replacing("?", with: "1")
        let plan = try store.query(sql: "EXPLAIN QUERY PLAN \(sql)").rows.compactMap(\.last)
        #expect(plan.first == .text(step))
    }
}

// Finding sessions by filter, number, command id, `last` and `last-failed`.

import CustomDump
import Dialects
import Sessions
import Testing
import Traffic

@testable import Store

struct SessionTests: StoreSuite {
    let scratch: ScratchStore

    init() throws { scratch = try ScratchStore() }

    private func keep(_ sessions: [Session]) throws {
        try store.write { $0.sessions = sessions.map { DerivedSession(session: $0) } }
    }

    @Test func `a session comes back with every field it had`() throws {
        var session = Session.sample(outcome: .failed, failure: .hashMismatch)
        session.gatewayID = "gw"
        session.firmwareID = "fw"
        session.fromVersion = "1.0"
        session.url = "http://host/fw.bin?token=s3cret"
        session.sizeBytes = .max
        session.digest = DeclaredDigest(algorithm: "sha256", hex: "ab", verbatim: "SHA256:AB")
        session.state = .failed
        session.failureSource = .measured
        session.failureEvidence = "served ab, declared cd"
        session.offeredAt = .after(0)
        session.acceptedAt = .after(1)
        session.firstProgressAt = .after(2)
        session.lastProgressAt = .after(3)
        session.transferStartedAt = .after(4)
        session.transferEndedAt = .after(5)
        session.resultAt = .after(6)
        session.confirmedAt = .after(7)
        session.endedAt = .after(8)
        session.lastSeenAt = .after(9)
        session.claimedPercent = 200
        session.claimedBytes = 1
        session.claimedTotalBytes = 2
        session.claimedBytesPerSecond = 3.5
        session.claimedDuration = .milliseconds(1_500)
        session.claimedCode = "FAILED"
        session.claimedReason = "Checksum mismatch."
        session.claimsDigestVerified = false
        session.claimedFailure = .hashMismatch
        session.measuredStatus = 200
        session.measuredBytes = 4
        session.measuredDuration = .nanoseconds(1_234_567)
        session.measuredSHA256 = String(repeating: "c", count: 64)
        session.measuredMD5 = String(repeating: "d", count: 32)
        session.isDigestMatching = false
        session.transferCount = 5
        session.progressCount = 6
        session.copyCount = 7
        session.duplicateCount = 8
        session.isHeadSeen = true
        session.isTailSeen = true
        session.isAmbiguous = true
        session.anomalies = [
            Anomaly(
                code: .hashMismatchMeasured,
                severity: .error,
                at: .after(5),
                text: "served ab",
                messageIDs: [1, 22],
                transferIDs: [3]
            )
        ]
        try keep([session])
        #expect(diff(try store.sessions(), [StoredSession(id: 1, session: session)]) == nil)
    }

    @Test func `a duration out of all bounds is clamped, not a crash`() throws {
        var session = Session.sample()
        session.claimedDuration = .nanoseconds(Int64.max)
        session.claimedPercent = .infinity
        try keep([session])
        let stored = try #require(try store.sessions().first).session
        #expect(stored.claimedDuration == .nanoseconds(Int64.max))
        #expect(stored.claimedPercent == .infinity)
    }

    @Test func `a filter narrows by every condition and the newest come last`() throws {
        var jetlinks = Session.sample(command: "j", at: 5)
        jetlinks.key.dialect = "jetlinks"
        try keep([
            .sample(command: "late", at: 9),
            .sample(command: "early", at: 1),
            .sample(device: "8", command: "stalled", at: 3, outcome: .failed, failure: .stalled),
            .sample(device: "8", command: "404", at: 4, outcome: .failed, failure: .httpError),
            jetlinks,
        ])
        func commands(_ filter: SessionFilter) throws -> [String] {
            try store.sessions(matching: filter).map(\.session.key.command)
        }
        #expect(try commands(SessionFilter()) == ["early", "stalled", "404", "j", "late"])
        #expect(try commands(SessionFilter(dialect: "jetlinks")) == ["j"])
        #expect(try commands(SessionFilter(deviceID: "8")) == ["stalled", "404"])
        #expect(try commands(SessionFilter(outcome: .failed)) == ["stalled", "404"])
        #expect(try commands(SessionFilter(failureClass: .stalled)) == ["stalled"])
        #expect(try commands(SessionFilter(since: .after(4))) == ["404", "j", "late"])
        #expect(try commands(SessionFilter(limit: 2)) == ["j", "late"])
        #expect(try commands(SessionFilter(deviceID: "8", failureClass: .notAcked)) == [])
    }

    @Test func `last is the session that began last, whatever was written last`() throws {
        try keep([
            .sample(command: "new", at: 9), .sample(command: "old", at: 1, outcome: .failed, failure: .other),
        ])
        #expect(try store.session(SessionSelector("last")).session.key.command == "new")
        #expect(try store.session(SessionSelector("last-failed")).session.key.command == "old")
    }

    @Test func `a number wins over a command id of the same digits`() throws {
        try keep([.sample(command: "2", at: 1), .sample(command: "1", at: 2)])
        #expect(try store.session(SessionSelector("1")).session.key.command == "2")
    }

    @Test func `a command id finds its session`() throws {
        try keep([.sample(command: "1730000000001"), .sample(command: "c-2")])
        #expect(try store.session(SessionSelector("1730000000001")).id == 1)
        #expect(try store.session(SessionSelector("c-2")).id == 2)
    }

    @Test func `a command id of several devices is refused and the candidates are named`() throws {
        try keep(["7", "8"].map { .sample(device: $0, command: "c") })
        let error = try #require(throws: StoreError.self) { try store.session(SessionSelector("c")) }
        #expect(error.code == .ambiguous)
        #expect(error.message.contains("1 (device 7, attempt 1), 2 (device 8, attempt 1)"))
    }

    @Test func `the candidates of a large fleet are cut, and the message says so`() throws {
        try keep((1...30).map { .sample(device: "d\($0)", command: "c") })
        let error = try #require(throws: StoreError.self) { try store.session(SessionSelector("c")) }
        #expect(error.message.split(separator: "attempt").count == 11)
        #expect(error.message.hasSuffix("and more"))
    }

    @Test(arguments: ["last", "last-failed", "17", "nobody"])
    func `a selector that finds nothing says where to look`(text: String) throws {
        let error = try #require(throws: StoreError.self) { try store.session(SessionSelector(text)) }
        #expect(error.code == .notFound)
        #expect(error.message.contains("otatape sessions"))
    }
}

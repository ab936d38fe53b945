// Every row of dialects.md §5.5.

import Dialects
import Sessions
import Testing
import Traffic

struct DuplicatesTests {
    private static let everywhere: [Transcript.View] = [
        .subscription, .subscriber(1), .device, .platform, .subscriber(2),
    ]

    // MARK: - Copies

    @Test(arguments: [everywhere, everywhere.reversed()])
    func `counts a message seen from five vantages once, at the time of the device's leg`(
        views: [Transcript.View]
    ) throws {
        var transcript = Transcript("A")
        transcript.views = views
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.progress(at: 1, 100)
        transcript.progress(at: 1.5, 100)
        transcript.result(at: 2, ok: true)
        for rows in [transcript.rows, transcript.liveRows] {
            let notebook = transcript.play(rows)
            let session = try #require(notebook.sessions.first)
            #expect(notebook.sessions.count == 1)
            // The platform's leg is a millisecond earlier and does not count.
            #expect(session.offeredAt == Transcript.at(0.001))
            #expect(session.resultAt == Transcript.at(2))
            #expect(session.progressCount == 2)
            #expect(session.copyCount == 20)
            #expect(session.duplicateCount == 0)
            #expect(session.worries.isEmpty)
            let originals = notebook.filings.values.filter { $0.role == .original }
            #expect(originals.count == 5)
        }
    }

    @Test func `takes the first copy's time when the device's leg was not seen`() throws {
        var transcript = Transcript("A")
        transcript.views = [.subscriber(1), .platform]
        transcript.offer(at: 0)
        #expect(try transcript.session().offeredAt == Transcript.at(0))
    }

    @Test func `takes what a device sends for its own leg whatever its client id`() throws {
        var transcript = Transcript("A")
        transcript.views = [.subscription, .device]
        transcript.gateway = "client-77"
        transcript.accept(at: 0)
        #expect(try transcript.session().acceptedAt == Transcript.at(0))
    }

    @Test func `pairs the n-th repeat on one vantage with the n-th on the other`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0, views: [.subscription])
        for seconds in [1.0, 1.5] {
            transcript.say(.progress, at: seconds, id: "c1", said: "same", views: [.subscription, .device]) {
                $0.percent = 100
            }
        }
        let session = try transcript.session()
        #expect(session.progressCount == 2)
        #expect(session.copyCount == 2)
        #expect(session.lastProgressAt == Transcript.at(1.5))
    }

    @Test func `keeps equal messages apart that are more than two seconds apart`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.say(.progress, at: 1, id: "c1", said: "same", views: [.subscription])
        transcript.say(.progress, at: 3.5, id: "c1", said: "same", views: [.device])
        #expect(try transcript.session().progressCount == 2)
    }

    // MARK: - Transport duplicates

    @Test(arguments: [(100.0, 1, 1), (121.0, 2, 0)])
    func `drops a redelivery that claims a time within two minutes`(
        seconds: Double,
        progress: Int,
        duplicates: Int
    ) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for at in [1, 1 + seconds] {
            transcript.say(.progress, at: at, id: "c1", said: "same", qos: .atLeastOnce) {
                $0.percent = 10
                $0.claimedAt = Transcript.at(1)
            }
        }
        let session = try transcript.session()
        #expect(session.progressCount == progress)
        #expect(session.duplicateCount == duplicates)
    }

    @Test(arguments: [(1.9, 1), (2.1, 2)])
    func `drops a redelivery without a claimed time only within two seconds`(seconds: Double, progress: Int)
        throws
    {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        for at in [1, 1 + seconds] {
            transcript.say(.progress, at: at, id: "m1", said: "same", qos: .atLeastOnce) { $0.percent = 10 }
        }
        #expect(try transcript.session().progressCount == progress)
    }

    @Test func `names the message that a redelivery repeats`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0, said: "offer", qos: .atLeastOnce, claimed: 0)
        transcript.offer(at: 5, said: "offer", qos: .atLeastOnce, claimed: 0)
        let notebook = transcript.play(transcript.rows)
        let session = try #require(notebook.sessions.first)
        #expect(notebook.filings[2] == .init(session: session.key, role: .transportDuplicate(of: 1)))
        #expect(session.duplicateCount == 1)
    }

    @Test(arguments: [(true, 1), (false, 2)])
    func `takes an offer that repeats after the end for a redelivery only when it says so`(
        isRedelivery: Bool,
        sessions: Int
    ) {
        var transcript = Transcript("A")
        transcript.offer(at: 0, said: "offer", qos: .atLeastOnce, claimed: 0)
        transcript.result(at: 1, ok: true)
        transcript.offer(at: 5, said: "offer", qos: .atLeastOnce, claimed: 0, isRedelivery: isRedelivery)
        #expect(transcript.sessions().count == sessions)
    }

    @Test func `takes a byte-identical message at QoS 0 for a repeat by its sender`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for at in [1.0, 1.5] {
            transcript.say(.progress, at: at, id: "c1", said: "same") {
                $0.percent = 100
                $0.claimedAt = Transcript.at(1)
            }
        }
        let session = try transcript.session()
        #expect(session.progressCount == 2)
        #expect(session.duplicateCount == 0)
    }

    // MARK: - Repeats and offers again

    @Test func `takes an offer repeated within two minutes for the same session`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.offer(at: 100)
        let session = try transcript.session()
        #expect(session.key.attempt == 1)
        #expect(session.offeredAt == Transcript.at(0.002))
    }

    @Test func `opens another attempt when the same id is offered after two minutes`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.offer(at: 130)
        transcript.result(at: 131, ok: true)
        let sessions = transcript.sessions()
        #expect(sessions.map(\.key.attempt) == [1, 2])
        #expect(sessions.map(\.outcome) == [.superseded, .ok])
    }

    @Test func `opens another attempt when the same id is offered after its end`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: false, code: "FAILED")
        transcript.offer(at: 5)
        transcript.accept(at: 5.1)
        transcript.result(at: 7, ok: true)
        let sessions = transcript.sessions()
        #expect(sessions.map(\.key.command) == ["c1", "c1"])
        #expect(sessions.map(\.key.attempt) == [1, 2])
        #expect(sessions.map(\.outcome) == [.failed, .ok])
    }

    @Test func `supersedes an open session when the same firmware is offered under a new id`() {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1", firmware: "f1")
        transcript.offer(at: 30, id: "m2", firmware: "f1")
        transcript.accept(at: 30.1, id: "m2")
        transcript.result(at: 40, ok: true, id: "m2")
        let sessions = transcript.sessions()
        #expect(sessions.map(\.state) == [.superseded, .reportedOK])
        #expect(sessions.first?.endedAt == Transcript.at(30.002))
        #expect(sessions.last?.retryOf == sessions.first?.key)
        #expect(sessions.first?.failureClass == .superseded)
    }

    @Test func `keeps a superseded session superseded when a straggling progress comes`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.offer(at: 5, id: "c2")
        transcript.progress(at: 5.01, 10)
        transcript.accept(at: 5.1, id: "c2")
        #expect(transcript.sessions().map(\.state) == [.superseded, .accepted])
    }

    @Test func `lets a claimed end stand over a supersession`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.offer(at: 5, id: "c2")
        transcript.result(at: 9, ok: true)
        #expect(transcript.sessions().map(\.state) == [.reportedOK, .offered])
    }

    @Test func `supersedes an open session when the device accepts another version`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.offer(at: 5, id: "c2", version: "3.0")
        transcript.accept(at: 5.1, id: "c2")
        let sessions = transcript.sessions()
        #expect(sessions.map(\.state) == [.superseded, .accepted])
        #expect(sessions.first?.endedAt == Transcript.at(5.102))
    }

    @Test func `takes an ignored offer of another version for silently rejected`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.offer(at: 5, id: "c2", version: "3.0")
        transcript.progress(at: 20, 50)
        transcript.result(at: 30, ok: true)
        let sessions = transcript.sessions()
        #expect(sessions.map(\.state) == [.reportedOK, .rejected])
        let ignored = try #require(sessions.last)
        #expect(ignored.outcome == .failed)
        #expect(ignored.failureClass == .notAcked)
        #expect(ignored.failureSource == .silence)
        #expect(ignored.endedAt == Transcript.at(15.002))
    }

    @Test func `does not let an advertisement supersede a firmware upgrade`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0, id: "FW-1", version: nil, firmware: "7")
        transcript.accept(at: 0.1, id: "FW-1")
        transcript.offer(at: 1, id: "AD-1", version: nil, firmware: "8")
        transcript.accept(at: 1.1, id: "AD-1")
        transcript.progress(at: 2, 10, id: "FW-1")
        transcript.progress(at: 3, 90, id: "AD-1")
        #expect(transcript.sessions().map(\.state) == [.transferring, .transferring])
        #expect(transcript.sessions().map(\.claimedPercent) == [10, 90])
    }

    // MARK: - After the end

    @Test func `marks evidence after the end and keeps the first of two results`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: true, code: "SUCCESS")
        transcript.progress(at: 3, 70)
        transcript.result(at: 4, ok: false, code: "FAILED")
        let notebook = transcript.play(transcript.rows)
        let session = try #require(notebook.sessions.first)
        #expect(notebook.sessions.count == 1)
        #expect(session.outcome == .ok)
        #expect(session.claimedCode == "SUCCESS")
        #expect(session.claimedPercent == nil)
        #expect((1...4).map { notebook.filings[$0]?.isAfterEnd } == [false, false, true, true])
    }

    @Test func `opens an orphan attempt for evidence after the close window`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: true)
        transcript.result(at: 130, ok: false, code: "FAILED")
        let sessions = transcript.sessions()
        #expect(sessions.map(\.key.attempt) == [1, 2])
        #expect(sessions.map(\.isHeadSeen) == [true, false])
    }

    @Test func `takes a straggler of a session that was superseded long after it fell silent`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.offer(at: 300, id: "c2")
        transcript.progress(at: 310, 10)
        #expect(transcript.sessions().map(\.key.command) == ["c1", "c2"])
    }

    @Test func `lets a late result end an expired session`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        transcript.result(at: 660, ok: true)
        #expect(try transcript.session().outcome == .ok)
    }

    @Test func `reopens a soft failure on later progress`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1", firmware: "f1")
        transcript.progress(at: 1, 30, id: nil, version: "2.0", firmware: "f1")
        transcript.result(at: 2, ok: false, id: nil, reason: "timeout", isSoft: true, version: "2.0")
        #expect(try transcript.session().state == .failed)
        transcript.progress(at: 3, 40, id: nil, version: "2.0", firmware: "f1")
        let reopened = try transcript.session()
        #expect(reopened.state == .transferring)
        #expect(reopened.endedAt == nil)
        #expect(reopened.claimedReason == nil)
        transcript.result(at: 4, ok: true, id: nil, version: "2.0", firmware: "f1")
        #expect(try transcript.session().state == .reportedOK)
    }

    @Test func `orders by recorded time whatever the payloads claim`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 10) { $0.claimedAt = Transcript.at(100) }
        transcript.progress(at: 2, 20) { $0.claimedAt = Transcript.at(50) }
        let session = try transcript.session()
        #expect(session.claimedPercent == 20)
        #expect(session.worries.map(\.code) == [.clockSkew])
    }

    // MARK: - Accept before offer

    @Test(arguments: [true, false])
    func `merges an accept that overtook its offer by up to two seconds`(isNear: Bool) throws {
        var transcript = Transcript("A")
        transcript.accept(at: isNear ? 0.5 : -300)
        transcript.offer(at: 2)
        let sessions = transcript.sessions()
        #expect(sessions.count == (isNear ? 1 : 2))
        #expect(sessions.first?.isHeadSeen == isNear)
        #expect(sessions.first?.state == (isNear ? .accepted : .superseded))
    }

    @Test func `names a session after its offer when progress without an id overtook it`() throws {
        var transcript = Transcript("B")
        transcript.progress(at: 0.5, 1, id: nil, version: "2.0", firmware: "f1")
        transcript.offer(at: 1, id: "m1", firmware: "f1")
        transcript.accept(at: 1.1, id: "m1")
        let session = try transcript.session()
        #expect(session.key.command == "m1")
        #expect(session.isHeadSeen)
    }
}

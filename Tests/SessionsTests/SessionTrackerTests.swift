// Whole flows through the tracker, both dialects.

import Dialects
import Sessions
import Testing
import Traffic

struct SessionTrackerTests {
    @Test func `joins a dialect A upgrade with its download`() throws {
        let session = try Transcript.successA().session()
        #expect(session.key.command == "c1")
        #expect(session.key.attempt == 1)
        #expect(session.state == .reportedOK)
        #expect(session.outcome == .ok)
        #expect(session.failureClass == nil)
        #expect(session.offeredAt == Transcript.at(0.002))
        #expect(session.acceptedAt == Transcript.at(0.102))
        #expect(session.endedAt == Transcript.at(2.002))
        #expect(session.claimedPercent == 100)
        #expect(session.claimedBytes == 1_000)
        #expect(session.progressCount == 3)
        #expect(session.measuredStatus == 200)
        #expect(session.measuredBytes == 1_000)
        #expect(session.measuredDuration == .milliseconds(1_600))
        #expect(session.measuredSHA256 == Transcript.sha)
        #expect(session.isDigestMatching == true)
        #expect(session.isHeadSeen)
        #expect(session.isTailSeen)
        #expect(!session.isAmbiguous)
        #expect(session.worries.isEmpty)
    }

    @Test func `follows a dialect B upgrade to its confirmed version`() throws {
        let session = try Transcript.successB().session()
        #expect(session.state == .confirmed)
        #expect(session.outcome == .ok)
        #expect(session.fromVersion == "1.0")
        #expect(session.toVersion == "2.0")
        #expect(session.firmwareID == "f1")
        #expect(session.key.productID == "p")
        #expect(session.resultAt == Transcript.at(2.002))
        #expect(session.endedAt == Transcript.at(2.002))
        #expect(session.confirmedAt == Transcript.at(20.002))
    }

    @Test func `keeps a session open at the end of the recording`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        let session = try transcript.session()
        #expect(session.state == .accepted)
        #expect(session.outcome == .open)
        #expect(session.endedAt == nil)
        #expect(!session.isTailSeen)
        #expect(session.failureClass == nil)
    }

    @Test func `expires a session that other evidence passes by more than the session window`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.device = "dev-2"
        transcript.offer(at: 599, id: "c2")
        #expect(transcript.sessions().map(\.outcome) == [.open, .open])
        transcript.accept(at: 601, id: "c2")
        let session = try #require(transcript.sessions().first)
        #expect(session.state == .expired)
        #expect(session.outcome == .failed)
        #expect(session.endedAt == Transcript.at(600.002))
        #expect(session.isTailSeen)
    }

    @Test func `judges silence only by recordings that saw the session`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0, views: [.subscription])
        transcript.device = "dev-2"
        transcript.offer(at: 10_000, id: "c2", views: [.platform])
        var tracker = SessionTracker(rules: transcript.rules)
        for row in transcript.rows { tracker.receive(row) }
        #expect(tracker.takeChanges().sessions.map(\.session.outcome) == [.open, .open])
    }

    @Test func `takes the watched time of a quiet recording into account`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        #expect(try transcript.session(until: 900).state == .expired)
        #expect(try transcript.session(until: 300).state == .offered)
    }

    @Test func `leaves a session open that was open when its recording ended`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        var tracker = SessionTracker(rules: transcript.rules)
        tracker.receive(transcript.rows[0])
        tracker.finish(recordingID: 1, at: Transcript.at(30))
        transcript.device = "dev-2"
        transcript.offer(at: 50_000, id: "c2", views: [.platform])
        tracker.receive(transcript.rows[1])
        tracker.finish(at: Transcript.at(90_000))
        #expect(tracker.takeChanges().sessions.map(\.session.outcome) == [.open, .failed])
    }

    @Test func `keeps devices apart that share a command id`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 2, ok: true)
        transcript.device = "dev-2"
        transcript.offer(at: 0.5)
        transcript.result(at: 3, ok: false)
        let sessions = transcript.sessions()
        #expect(sessions.map(\.key.deviceID) == ["dev-1", "dev-2"])
        #expect(sessions.map(\.key.attempt) == [1, 1])
        #expect(sessions.map(\.outcome) == [.ok, .failed])
    }

    @Test func `makes an orphan of evidence without an offer`() throws {
        var transcript = Transcript("A")
        transcript.progress(at: 0, 46)
        transcript.result(at: 3, ok: true)
        let session = try transcript.session()
        #expect(session.outcome == .ok)
        #expect(session.offeredAt == nil)
        #expect(!session.isHeadSeen)
        #expect(session.isTailSeen)
    }

    @Test func `calls a result that says nothing an unknown outcome`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 3, ok: nil, code: "DONE?")
        let session = try transcript.session()
        #expect(session.outcome == .unknown)
        #expect(session.isTailSeen)
    }

    @Test func `tells a change once`() {
        let transcript = Transcript.successA()
        var tracker = SessionTracker(rules: transcript.rules)
        for row in transcript.storedRows { tracker.receive(row) }
        let first = tracker.takeChanges()
        #expect(first.sessions.count == 1)
        #expect(first.sessions.first?.messages.count == 6)
        #expect(first.transfers.count == 1)
        #expect(tracker.takeChanges().isEmpty)
    }

    @Test func `lists a session's messages in recorded order without copies`() throws {
        var transcript = Transcript("A")
        transcript.views = [.subscription, .device]
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        let notebook = transcript.play(transcript.rows)
        let tracked = try #require(notebook.tracked.values.first)
        // The device's own leg counts: ids 2 and 4.
        let originals = tracked.messages.filter { $0.role == .original }
        #expect(originals.map(\.id) == [2, 4])
        #expect(notebook.filings[1]?.role == .copy(of: 2))
        #expect(notebook.filings[2]?.role == .original)
        #expect(notebook.filings[1]?.session == tracked.session.key)
    }
}

// What did not come while the recorder was away is held against nobody.

import Dialects
import Sessions
import Testing
import Traffic

struct OutageTests {
    @Test func `an offer that went unanswered while nobody listened was not seen to be unanswered`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        #expect(try transcript.session(until: 700).failureClass == .notAcked)
        #expect(found(.noAck, in: transcript, until: 700).count == 1)
        transcript.outages = [(1, 5, 30)]
        let session = try transcript.session(until: 700)
        #expect(session.state == .expired && session.failureClass == .recordingIncomplete)
        #expect(session.failureEvidence?.contains("25.0 s of that time") == true)
        #expect(session.facts.outage == .seconds(25))
        #expect(found(.noAck, in: transcript, until: 700).isEmpty)
    }

    @Test func `an outage that was over before, or of another recording, excuses nothing`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.outages = [(1, -60, -1), (7, 5, nil)]
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == .notAcked)
        #expect(session.facts.outage == nil)
    }

    @Test func `an outage of one recording is none where another watched throughout`() throws {
        var transcript = Transcript("A")
        transcript.views = [.device, .subscription]
        transcript.offer(at: 0)
        transcript.progress(at: 600, 10, id: "c1")
        transcript.outages = [(1, 100, 200)]
        #expect(try transcript.session().facts.outage == nil)
        transcript.outages.append((2, 150, 230))
        #expect(try transcript.session().facts.outage == .seconds(50))
    }

    @Test func `a silence in which the recorder was away is no stall, and a leap across it no leap`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        for (second, percent) in [(2.0, 1.0), (3, 2), (4, 3), (60, 95)] {
            transcript.progress(at: second, percent)
        }
        transcript.result(at: 61, ok: true)
        #expect(found(.stallGap, in: transcript).count == 1)
        transcript.outages = [(1, 10, 50)]
        #expect(found(.stallGap, in: transcript).isEmpty)
        #expect(found(.progressJump, in: transcript).isEmpty)
    }

    @Test func `a result or a version report may have come unseen`() throws {
        var whole = Transcript("A")
        whole.offer(at: 0)
        whole.accept(at: 1)
        whole.progress(at: 2, 100)
        #expect(try whole.session(until: 700).failureClass == .hundredPercentWithoutResult)
        #expect(found(.wholeWithoutResult, in: whole, until: 700).count == 1)
        whole.outages = [(1, 3, nil)]
        #expect(try whole.session(until: 700).failureClass == .recordingIncomplete)
        #expect(found(.wholeWithoutResult, in: whole, until: 700).isEmpty)
        var claimed = Transcript("B")
        claimed.offer(at: 0, id: "m1", url: nil)
        claimed.result(at: 2, ok: true, id: "m1")
        #expect(try claimed.session(until: 400).doubt == .versionNotConfirmed)
        #expect(found(.versionNotConfirmed, in: claimed, until: 400).count == 1)
        claimed.outages = [(1, 10, 20)]
        #expect(try claimed.session(until: 400).doubt == nil)
        #expect(found(.versionNotConfirmed, in: claimed, until: 400).isEmpty)
    }

    @Test func `the device's own words stand, whatever was missed`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        transcript.result(at: 60, ok: false, code: "FAILED", reason: "checksum mismatch")
        transcript.outages = [(1, 10, 50)]
        let session = try transcript.session()
        #expect(session.outcome == .failed && session.failureClass != .recordingIncomplete)
    }

    @Test func `an outage told of later counts when sessions are told again`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        var tracker = SessionTracker(rules: transcript.rules)
        for row in transcript.rows { tracker.receive(row) }
        tracker.finish(at: Transcript.at(700))
        #expect(tracker.takeChanges().sessions.map(\.session.failureClass) == [.notAcked])
        tracker.note(Outage(start: Transcript.at(1), end: Transcript.at(2)), of: 1)
        #expect(tracker.takeChanges().sessions.map(\.session.failureClass) == [.recordingIncomplete])
        tracker.note(Outage(start: Transcript.at(1), end: Transcript.at(2)), of: 1)
        #expect(tracker.takeChanges().isEmpty)
    }
}

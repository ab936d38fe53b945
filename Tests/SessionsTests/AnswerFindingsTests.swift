// How a device answers an offer, dialects.md §7, 2–4, 49 and 50: what raises a finding, and what only nearly does.

import Dialects
import Sessions
import Testing
import Traffic

struct AnswerFindingsTests {
    @Test func `ack-then-silence: accepted, and nothing for the stall window`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        let finding = try #require(found(.ackThenSilence, in: transcript, until: 40).first)
        #expect(finding.text == "accepted, then no progress, result or request for 30.0 s")
        #expect(finding.messageIDs == [2])
        transcript.progress(at: 60, 10)
        #expect(
            found(.ackThenSilence, in: transcript).first?.text.hasSuffix("the next sign came after 59.0 s")
                == true
        )
    }

    @Test func `ack-then-silence: not while the window runs, nor when a request or progress came in it`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        #expect(found(.ackThenSilence, in: transcript, until: 30).isEmpty)
        var fetching = transcript
        fetching.fetch(Transcript.url, from: 25, to: 90, bytes: 1_000)
        #expect(found(.ackThenSilence, in: fetching, until: 100).isEmpty)
        transcript.progress(at: 29, 1)
        #expect(found(.ackThenSilence, in: transcript, until: 100).isEmpty)
    }

    @Test func `progress-without-ack: progress and no answer before it`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 10)
        #expect(try #require(found(.progressWithoutAck, in: transcript).first).messageIDs == [2])
    }

    @Test
    func `progress-without-ack: not for a pull, for an answer that overtook, nor where none can be seen`() {
        var pulled = Transcript("B")
        pulled.say(.poll, at: 0)
        pulled.offer(at: 1, id: nil)
        pulled.progress(at: 2, 10, id: nil, version: "2.0")
        #expect(found(.progressWithoutAck, in: pulled).isEmpty)
        var overtaken = Transcript("A")
        overtaken.offer(at: 0)
        overtaken.progress(at: 1, 10)
        overtaken.accept(at: 1.5)
        #expect(found(.progressWithoutAck, in: overtaken).isEmpty)
        var unseen = Transcript("A")
        unseen.rules["A"]?.unseen = [.accept]
        unseen.offer(at: 0)
        unseen.progress(at: 1, 10)
        #expect(found(.progressWithoutAck, in: unseen).isEmpty)
        #expect(found(.noAck, in: unseen, until: 60).isEmpty)
    }

    @Test func `orphan-result: a result of an upgrade whose offer was not seen`() {
        var transcript = Transcript("A")
        transcript.result(at: 1, ok: true)
        #expect(found(.orphanResult, in: transcript).count == 1)
        var near = Transcript("A")
        // It overtook its offer on another path through the broker.
        near.progress(at: 0, 1)
        near.offer(at: 1.5)
        #expect(found(.orphanResult, in: near).isEmpty)
    }

    @Test func `reject-code: a refusal with its code`() {
        var transcript = Transcript("B")
        transcript.offer(at: 0)
        transcript.say(.reject, at: 1, id: "c1") {
            $0.code = "SYSTEM_BUSY"; $0.reason = "later"
        }
        #expect(found(.rejectCode, in: transcript).first?.text == "refused with SYSTEM_BUSY: later")
        var near = Transcript("B")
        near.offer(at: 0)
        near.result(at: 1, ok: false, code: "SYSTEM_BUSY")
        #expect(found(.rejectCode, in: near).isEmpty)
    }

    @Test func `reply-id-unknown: an answer by an id that was not issued`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.accept(at: 1, id: "m2")
        let finding = try #require(found(.replyIDUnknown, in: transcript).first)
        #expect(finding.text == "answered with id m2, which was not issued; the device had been offered m1")
        var late = Transcript("B")
        // Nothing says that the id was not issued before the recording began.
        late.accept(at: 1, id: "m2")
        #expect(found(.replyIDUnknown, in: late).isEmpty)
    }
}

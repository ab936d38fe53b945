// Ends, dialects.md §7, 8–11 and 18–22: what raises a finding, and what only nearly does.

import Dialects
import Sessions
import Testing
import Traffic

struct EndFindingsTests {
    @Test func `double-result and conflicting-results: two ends, at odds or not`() throws {
        var transcript = Transcript.successA()
        transcript.result(at: 3, ok: true, code: "SUCCESS")
        #expect(found(.doubleResult, in: transcript).first?.text == "2 results: SUCCESS, then SUCCESS")
        #expect(found(.conflictingResults, in: transcript).isEmpty)
        transcript.result(at: 4, ok: false, code: "FAILED")
        #expect(found(.conflictingResults, in: transcript).first?.severity == .error)
        #expect(found(.conflictingResults, in: transcript).first?.messageIDs.count == 3)
    }

    @Test func `double-result: not for a soft failure that was taken back, nor for copies`() {
        var transcript = Transcript("B")
        transcript.views = [.device, .subscription]
        transcript.offer(at: 0)
        transcript.result(at: 1, ok: false, reason: "try again", isSoft: true)
        transcript.progress(at: 2, 50)
        transcript.result(at: 3, ok: true)
        #expect(found(.doubleResult, in: transcript).isEmpty)
    }

    @Test func `result-after-deadline: after the platform gave up`() {
        for (dialect, end, isLate) in [("iot-cloud-ota", 601.0, true), ("iot-cloud-ota", 599, false)] {
            var transcript = Transcript(dialect)
            transcript.offer(at: 0)
            transcript.progress(at: 300, 50)
            transcript.result(at: end, ok: true)
            #expect(found(.resultAfterDeadline, in: transcript).isEmpty != isLate)
        }
    }

    @Test func `result-after-deadline: after the session had been given up`() {
        for (end, isLate) in [(650.0, true), (590, false)] {
            var transcript = Transcript("A")
            transcript.offer(at: 0)
            transcript.accept(at: 1)
            transcript.result(at: end, ok: true)
            #expect(found(.resultAfterDeadline, in: transcript).isEmpty != isLate)
        }
    }

    @Test func `message-after-end: progress after the result`() {
        var transcript = Transcript.successA()
        #expect(found(.messageAfterEnd, in: transcript).isEmpty)
        transcript.progress(at: 5, 60)
        transcript.progress(at: 6, 70)
        #expect(
            found(.messageAfterEnd, in: transcript).map(\.text) == [
                "2 messages after the end, the first 3.0 s after it"
            ]
        )
    }

    @Test func `dead-end: the last word was below 100, and the session expired`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 46)
        #expect(
            found(.deadEnd, in: transcript, until: 700).map(\.text) == [
                "the last word was progress 46 %, and the session expired"
            ]
        )
        #expect(found(.deadEnd, in: transcript, until: 600).isEmpty)
        transcript.progress(at: 2, 100)
        #expect(found(.deadEnd, in: transcript, until: 700).isEmpty)
    }

    @Test func `100-without-result: everything came, and no result in the window`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 100)
        #expect(found(.wholeWithoutResult, in: transcript, until: 40).count == 1)
        #expect(found(.wholeWithoutResult, in: transcript, until: 30).isEmpty)
        transcript.result(at: 35, ok: true)
        #expect(found(.wholeWithoutResult, in: transcript, until: 40).isEmpty)
    }

    @Test func `success-below-100: success, and less than everything`() {
        for (percent, isOdd) in [(50.0, true), (100, false), (200, false)] {
            var transcript = Transcript("A")
            transcript.offer(at: 0)
            transcript.progress(at: 1, percent)
            transcript.result(at: 2, ok: true)
            #expect(found(.successBelow100, in: transcript).isEmpty != isOdd)
        }
    }

    @Test func `failure-after-100: everything came, and it failed`() {
        for (percent, isOdd) in [(100.0, true), (99, false)] {
            var transcript = Transcript("A")
            transcript.offer(at: 0)
            transcript.progress(at: 1, percent)
            transcript.result(at: 2, ok: false, code: "FAILED", reason: "Checksum mismatch.")
            let texts = found(.failureAfter100, in: transcript).map(\.text)
            #expect(texts == (isOdd ? ["failed after 100 %: FAILED: Checksum mismatch."] : []))
        }
    }

    @Test(arguments: [true, false], [true, false, nil] as [Bool?])
    func `hash-claim-conflict: the digest and the result contradict each other`(isOK: Bool, isVerified: Bool?)
    {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.say(.result, at: 2, id: "c1") {
            $0.isOK = isOK
            $0.isDigestVerified = isVerified
        }
        let isConflict = isVerified.map { $0 != isOK } ?? false
        #expect(found(.hashClaimConflict, in: transcript).count == (isConflict ? 1 : 0))
    }
}

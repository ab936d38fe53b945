// The figures of dialects.md §5.6, derived from whole transcripts.

import Dialects
import Sessions
import Testing
import Traffic

struct SessionFactsTests {
    @Test func `derives the times and figures of a clean download`() throws {
        let facts = try Transcript.successA().session().facts
        #expect(facts.ackLatency == .milliseconds(100))
        #expect(facts.firstProgressDelay == .milliseconds(900))
        #expect(facts.claimedTransfer == .milliseconds(900))
        #expect(facts.measuredTransfer == .milliseconds(1_600))
        #expect(facts.contentLength == 1_000)
        #expect(facts.goodput == 625)
        #expect(facts.expectedProgressCount == 3)
        #expect(facts.plateau == .milliseconds(100))
        #expect(facts.bytesVerdict == .agrees)
        #expect(facts.rateVerdict == .unknown)
        #expect(facts.regressionCount == 0 && facts.jumpCount == 0 && facts.stallCount == 0)
    }

    @Test func `measures silences, falls and overshoot`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        transcript.progress(at: 40, 60)
        transcript.progress(at: 41, 20)
        transcript.progress(at: 100, 150)
        let facts = try transcript.session().facts
        #expect(facts.stallCount == 2)
        #expect(facts.stallTotal == .seconds(98))
        #expect(facts.stallLongest == .seconds(59))
        #expect(facts.regressionCount == 1)
        #expect(facts.regressionDepth == 40)
        #expect(facts.overshoot == 50)
    }

    @Test func `counts the offers that a new one superseded and the wait for confirmation`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.accept(at: 1, id: "m1")
        transcript.offer(at: 5, id: "m2")
        transcript.accept(at: 6, id: "m2")
        transcript.result(at: 10, ok: true, id: "m2")
        transcript.version(at: 25, "2.0")
        let facts = try #require(transcript.sessions().last).facts
        #expect(facts.supersededCount == 1)
        #expect(facts.confirmDelay == .seconds(15))
    }

    @Test func `expects no number of reports when their steps are uneven`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for (at, bytes) in [(1.0, 300), (2, 500), (3, 1_000)] {
            transcript.progress(at: at, 1) {
                $0.downloadedBytes = Int64(bytes)
                $0.totalBytes = 1_000
            }
        }
        #expect(try transcript.session().facts.expectedProgressCount == nil)
    }

    @Test(arguments: [
        (1.0, "agrees"), (1.9, "agrees"), (8.0, "off ×8"), (0.125, "off ×0.125"), (nil, "unknown"),
    ])
    func `says how a claim stands to its measurement`(ratio: Double?, text: String) {
        var facts = SessionFacts()
        facts.rateRatio = ratio
        #expect(facts.rateVerdict.text == text)
    }
}

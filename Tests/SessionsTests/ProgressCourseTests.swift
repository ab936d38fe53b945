// The course of progress, dialects.md §7, 14–16 and 53: what raises a finding, and what only nearly does.

import Dialects
import Sessions
import Testing
import Traffic

struct ProgressCourseTests {
    @Test func `counts a fall once, though percentage and bytes both tell it`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for (second, percent) in [50.0, 20, 60, 30, 70, 10, 80].enumerated() {
            transcript.progress(at: Double(second + 1), percent) { $0.downloadedBytes = Int64(percent) * 10 }
        }
        transcript.result(at: 9, ok: true)
        #expect(try transcript.session().facts.regressionCount == 3)
    }

    private func transcript(_ percents: [(at: Double, percent: Double)]) -> Transcript {
        var transcript = Transcript("B")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        for step in percents { transcript.progress(at: step.at, step.percent) }
        return transcript
    }

    @Test(arguments: [(-3.0, 1), (.infinity, 1), (0, 0)])
    func `invalid-percent: less than nothing, or no number`(percent: Double, count: Int) {
        #expect(found(.invalidPercent, in: transcript([(1, percent), (2, 10)])).count == count)
    }

    @Test func `progress-jump: a leap without bytes or time to match`() throws {
        let steps = [(1.0, 1.0), (2, 2), (3, 3), (4, 4), (5, 90)]
        let finding = try #require(found(.progressJump, in: transcript(steps)).first)
        #expect(finding.text == "progress leapt from 4 % to 90 % in 1.0 s")
    }

    @Test func `progress-jump: not in even large steps, after as much time, or with the bytes`() {
        #expect(found(.progressJump, in: transcript([(1, 0), (2, 35), (3, 70), (4, 100)])).isEmpty)
        #expect(found(.progressJump, in: transcript([(1, 1), (2, 2), (3, 3), (4, 4), (80, 90)])).isEmpty)
        var fetching = transcript([(1, 1), (2, 2), (3, 3), (4, 4), (5, 90)])
        fetching.fetch(Transcript.url, from: 4.5, to: 4.9, bytes: 1_000)
        #expect(found(.progressJump, in: fetching).isEmpty)
    }

    @Test func `plateau: report after report of one percentage`() throws {
        let standing = transcript([(1, 46), (20, 46), (40, 46)])
        let finding = try #require(found(.plateau, in: standing).first)
        #expect(finding.text == "3 reports of 46 % within 39.0 s, and no progress")
        #expect(found(.plateau, in: transcript([(1, 46), (20, 47), (40, 47), (45, 47)])).isEmpty)
        #expect(found(.plateau, in: transcript([(1, 100), (20, 100), (40, 100)])).isEmpty)
    }

    private func rounds(_ rounds: [(round: Int64, missing: Int64)]) -> Transcript {
        var transcript = Transcript("B")
        transcript.offer(at: 0)
        for (index, step) in rounds.enumerated() {
            transcript.progress(at: 1 + Double(index), 40) {
                $0.round = step.round
                $0.missingCount = step.missing
            }
        }
        return transcript
    }

    @Test func `retransmit-storm: too many rounds, or rounds without effect`() {
        let many = rounds([(1, 90), (2, 70), (3, 50), (4, 30), (5, 20)])
        #expect(
            found(.retransmitStorm, in: many).map(\.text) == [
                "round 5 of sending again what was missed; 20 blocks still missing"
            ]
        )
        let idle = rounds([(1, 90), (2, 90)])
        #expect(
            found(.retransmitStorm, in: idle).map(\.text) == [
                "a round without effect; 90 blocks still missing"
            ]
        )
        #expect(found(.retransmitStorm, in: rounds([(1, 90), (1, 90), (2, 50), (3, 20), (4, 0)])).isEmpty)
    }

    @Test func `takes any number that a payload can claim`() {
        let extremes: [Int64] = [1, .max, .min, .max - 1, 0, .min + 1]
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for (index, bytes) in (extremes + extremes.reversed()).enumerated() {
            transcript.progress(at: 1 + Double(index), index.isMultiple(of: 2) ? 1e19 : -1e19) {
                $0.downloadedBytes = bytes
                $0.totalBytes = .max
                $0.bytesPerSecond = .greatestFiniteMagnitude
                $0.claimedAt = Timestamp(nanoseconds: bytes)
            }
        }
        for (index, bytes) in extremes.enumerated() {
            transcript.say(.chunk, at: 20 + Double(index)) {
                $0.chunkIndex = bytes
                $0.chunkBytes = bytes
            }
        }
        #expect(transcript.sessions(until: 1_000).first?.progressCount == 12)
    }
}

// Progress reports that are let go for want of room, and what is still known of them.

import CustomDump
import Dialects
import Sessions
import Testing
import Traffic

struct CondensedCourseTests {
    /// A device's way through its upgrade, drawn from a seed.
    private struct Course {
        /// Knuth's linear congruential generator.
        private var state: UInt64
        private let number: Int
        private var percent = 0.0
        private var bytes: Int64 = 0
        private(set) var at: Double

        init(number: Int) {
            state = UInt64(number) &* 7_919 &+ 17
            self.number = number
            at = Double(number) / 10
        }

        private mutating func draw(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }

        mutating func report(in transcript: inout Transcript) {
            let chance = draw(below: 400)
            // Every now and then: a silence, a fall, a leap, a percentage that does not change for a while.
            at += chance == 0 ? 75 : 0.2 + Double(draw(below: 10)) / 10
            let isStanding = (transcript.rows.count / 60).isMultiple(of: 5)
            let chunk: Int64 = number.isMultiple(of: 2) || draw(below: 50) > 0 ? 4_096 : 3_000
            switch chance {
            case 1: percent = max(0, percent - 2)
            case 2: percent = min(100, percent + 35)
            default: percent = isStanding ? percent : min(100, percent + Double(draw(below: 3)) / 10)
            }
            bytes = chance == 3 ? max(0, bytes - 8_192) : bytes + (chance < 5 ? 2 : 1) * chunk
            let (claimed, told) = (claim, bytes)
            transcript.progress(at: at, percent) { event in
                event.downloadedBytes = told
                event.totalBytes = 50_000_000
                event.claimedAt = claimed
            }
        }

        /// Clocks of whole seconds, of milliseconds, one that stands still at times, one that falls back, and none.
        private var claim: Timestamp? {
            switch number % 5 {
            case 0: Timestamp(seconds: 1_700_000_000 + Int64(at))
            case 1: Transcript.at((at * 1_000).rounded() / 1_000)
            case 2: Transcript.at(at < 100 || at > 130 ? at : 100)
            case 3: Transcript.at(at < 150 ? at : at - 30)
            default: nil
            }
        }
    }

    private static func transcript(_ views: [Transcript.View]) -> Transcript {
        var transcript = Transcript("A")
        transcript.views = views
        var courses = (0..<10).map { Course(number: $0) }
        for number in courses.indices {
            transcript.device = "dev-\(number)"
            transcript.offer(at: courses[number].at, size: 50_000_000)
            transcript.accept(at: courses[number].at + 0.05)
        }
        for _ in 0..<400 {
            for number in courses.indices {
                transcript.device = "dev-\(number)"
                courses[number].report(in: &transcript)
            }
        }
        for number in courses.indices where number < 8 {
            transcript.device = "dev-\(number)"
            transcript.result(at: courses[number].at + 1, ok: number != 3)
        }
        return transcript
    }

    private static func play(
        holding messages: Int,
        seenFrom views: [Transcript.View] = [.subscription]
    ) -> (notebook: Notebook, letGo: Int64) {
        var tracker = SessionTracker(
            rules: ["A": SessionRules()],
            limits: TrackerLimits(messages: messages)
        )
        var notebook = Notebook()
        for row in transcript(views).rows.sorted(by: { $0.arrivesAt < $1.arrivesAt }) { tracker.receive(row) }
        notebook.apply(tracker.takeChanges())
        return (notebook, tracker.devicesLetGoEarly)
    }

    /// A session without the figures that are medians of samples.
    private static func exact(_ session: Session) -> Session {
        var session = session
        session.facts.clockOffset = nil
        session.facts.clockDrift = nil
        return session
    }

    @Test func `finds in long upgrades what it would find if it held every report`() throws {
        let whole = Self.play(holding: 100_000)
        let condensed = Self.play(holding: 1_200)
        #expect(condensed.letGo == 0)
        #expect(whole.notebook.sessions.count == 10)
        #expect(whole.notebook.sessions.contains { $0.facts.regressionCount > 1 })
        #expect(whole.notebook.sessions.contains { $0.facts.stallCount > 0 })
        #expect(whole.notebook.sessions.contains { $0.facts.jumpCount > 0 })
        #expect(whole.notebook.sessions.contains { $0.facts.expectedProgressCount != nil })
        expectNoDifference(
            condensed.notebook.sessions.map(Self.exact),
            whole.notebook.sessions.map(Self.exact)
        )
        let isFiledAlike = condensed.notebook.filings == whole.notebook.filings
        #expect(isFiledAlike)
    }

    @Test func `files what another vantage sees of a report that might have been let go`() throws {
        let views = [Transcript.View.device, .subscription]
        let whole = Self.play(holding: 100_000, seenFrom: views)
        let condensed = Self.play(holding: 1_200, seenFrom: views)
        #expect(condensed.letGo == 0)
        #expect(whole.notebook.sessions.map(\.copyCount).min() == 402)
        expectNoDifference(
            condensed.notebook.sessions.map(Self.exact),
            whole.notebook.sessions.map(Self.exact)
        )
        let isFiledAlike = condensed.notebook.filings == whole.notebook.filings
        #expect(isFiledAlike)
    }

    @Test func `knows the clocks of long upgrades as if it held every report`() throws {
        let whole = Self.play(holding: 100_000).notebook.sessions
        let condensed = Self.play(holding: 1_200).notebook.sessions
        for (left, right) in zip(whole, condensed) {
            let offsets = [left.facts.clockOffset, right.facts.clockOffset].compactMap(\.self)
            guard offsets.count == 2 else {
                #expect(offsets.isEmpty)
                continue
            }
            let difference = offsets[0] - offsets[1]
            #expect(difference < .seconds(1) && difference > .seconds(-1))
        }
        #expect(whole.contains { $0.facts.clockOffset != nil })
    }
}

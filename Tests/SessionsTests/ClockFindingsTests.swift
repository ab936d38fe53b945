// Claimed times, dialects.md §7, 32, 33 and 35, and the clock's facts: what raises a finding, and what nearly does.

import Dialects
import Sessions
import Testing
import Traffic

struct ClockFindingsTests {
    /// Progress every second, each with a claimed time.
    private func transcript(_ claims: [Double], dialect: String = "A") -> Transcript {
        var transcript = Transcript(dialect)
        transcript.offer(at: 0)
        transcript.accept(at: 0.5)
        for (index, claim) in claims.enumerated() {
            transcript.progress(at: Double(index + 1), Double(index)) { $0.claimedAt = Transcript.at(claim) }
        }
        return transcript
    }

    @Test func `clock-skew: the median of claimed minus recorded time is beyond five seconds`() {
        let ahead = transcript([8.002, 9.002, 10.002, 4.002])
        #expect(found(.clockSkew, in: ahead).map(\.text) == ["the device's clock is 7.0 s ahead"])
        #expect(found(.clockSkew, in: transcript([5, 6, 7, 8])).isEmpty)
        // One stray claim moves no median.
        #expect(found(.clockSkew, in: transcript([1, 2, 900])).isEmpty)
    }

    @Test func `clock-skew: says when the platform refuses the login`() {
        let claims = [-400.0, -399, -398]
        #expect(
            found(.clockSkew, in: transcript(claims, dialect: "jetlinks")).first?.text.contains("logins")
                == true
        )
        #expect(found(.clockSkew, in: transcript(claims)).first?.text.contains("logins") == false)
    }

    @Test func `constant-clock: more than three messages claim one time`() {
        let standing = transcript([1, 1, 1, 1])
        #expect(
            found(.constantClock, in: standing).first?.text.hasPrefix("4 messages within 3.0 s claim") == true
        )
        #expect(found(.clockSkew, in: transcript([99, 99, 99, 99])).isEmpty)
        #expect(found(.constantClock, in: transcript([1, 1, 1, 4])).isEmpty)
        let start = Double(Transcript.start.nanoseconds) / 1e9
        #expect(found(.constantClock, in: transcript([1 - start, 2 - start])).count == 1)
    }

    @Test func `out-of-order: claimed time goes back`() {
        #expect(
            found(.outOfOrder, in: transcript([1, 4, 2, 3])).map(\.text) == [
                "claimed time went back by 2.0 s, while recorded time went on"
            ]
        )
        #expect(found(.outOfOrder, in: transcript([1, 2, 1.5, 3])).isEmpty)
    }

    @Test func `tells offset, drift and resolution of the clock`() throws {
        let drifting = try transcript((1...16).map { Double($0) * 1.1 + 0.002 }).session().facts
        #expect(drifting.clockOffset == .milliseconds(850))
        #expect(drifting.clockDrift == .milliseconds(1_200))
        #expect(drifting.clockResolution == .milliseconds)
        #expect(try transcript([1, 2, 3]).session().facts.clockResolution == .seconds)
        #expect(try transcript([1, 2.000_001, 3]).session().facts.clockResolution == .microseconds)
        #expect(try transcript([1, 2]).session().facts.clockResolution == nil)
        #expect(try Transcript.successA().session().facts.clockOffset == nil)
    }
}

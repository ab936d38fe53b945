// The distribution of our own lateness.

import Testing
import Traffic

@testable import Replay

struct LatenessTests {
    @Test func `percentiles and the exact maximum of what was recorded`() {
        var lateness = Lateness()
        for millisecond in 1...100 {
            lateness.record(due: .seconds(5), actual: .milliseconds(5000 + millisecond))
        }
        #expect(lateness.count == 100)
        #expect(abs((lateness.p50 - .milliseconds(50)).milliseconds) < 0.1)
        #expect(abs((lateness.p99 - .milliseconds(99)).milliseconds) < 0.1)
        #expect(lateness.max == .milliseconds(100))
    }

    @Test func `nothing recorded is no lateness`() {
        #expect(Lateness().p99 == .zero)
        #expect(Lateness().max == .zero)
        #expect(Lateness().count == 0)
    }

    @Test func `an early action is punctual and an absurdly late one is still counted`() {
        var lateness = Lateness()
        lateness.record(.milliseconds(-40))
        #expect(lateness.max == .zero)
        lateness.record(.seconds(1_000_000))
        #expect(lateness.count == 2)
        #expect(lateness.max == .seconds(1_000_000))
        #expect(lateness.p99 > .seconds(3590))
    }

    @Test func `two distributions join into one`() {
        var publishes = Lateness()
        publishes.record(.milliseconds(1))
        var segments = Lateness()
        segments.record(.milliseconds(900))
        publishes.merge(segments)
        #expect(publishes.count == 2)
        #expect(publishes.max == .milliseconds(900))
    }
}

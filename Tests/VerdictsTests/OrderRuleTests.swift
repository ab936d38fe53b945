// The partial order of one upgrade.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Verdicts

struct OrderRuleTests {
    /// A success whose acknowledgement, request, progress and result come at the given milliseconds.
    private func evidence(_ side: String, accept: Int, request: Int, progress: Int, result: Int) -> Evidence {
        var evidence = Evidence(side: side)
        evidence.offer()
        evidence.add(.accept, at: accept)
        evidence.download(at: request)
        evidence.add(.progress, at: progress) { $0.percent = 100 }
        evidence.result(isOK: true, at: result)
        return evidence
    }

    private func fields(_ recorded: Evidence, _ observed: Evidence) -> [String] {
        Judge().compare(recorded: recorded.trace, observed: observed.trace).differences.map(\.field)
    }

    private var recorded: Evidence { evidence("r", accept: 100, request: 200, progress: 900, result: 1500) }

    @Test(arguments: [
        (-600, 200, 900, 1500, "order.offer-before-accept"),
        (1500, 200, 900, 1500, "order.accept-before-progress"),
        (100, -600, 900, 1500, "order.offer-before-request"),
        (100, 200, 2100, 1500, "order.progress-before-result"),
        (100, 2000, 900, 1500, "order.last-byte-before-result"),
    ])
    func `an order that was kept and is broken now is a difference`(
        accept: Int,
        request: Int,
        progress: Int,
        result: Int,
        field: String
    ) {
        let observed = evidence("o", accept: accept, request: request, progress: progress, result: result)
        #expect(fields(recorded, observed) == [field])
    }

    @Test func `copies on two paths may overtake each other by a little`() {
        #expect(
            fields(recorded, evidence("o", accept: -400, request: 200, progress: 900, result: 1500)) == []
        )
    }

    @Test func `an order that was broken when recorded may be broken again`() {
        let broken = evidence("r", accept: 100, request: 200, progress: 2100, result: 1500)
        #expect(fields(broken, evidence("o", accept: 100, request: 200, progress: 2200, result: 1500)) == [])
    }

    @Test func `a broken order is a finding under any outcome`() {
        var observed = evidence("o", accept: 100, request: 200, progress: 2100, result: 1500)
        observed.session.outcome = .failed
        observed.session.failureClass = .other
        let verdict = Judge().compare(recorded: recorded.trace, observed: observed.trace)
        #expect(
            verdict.differences.filter { !$0.isExplained }.map(\.field) == ["order.progress-before-result"]
        )
    }
}

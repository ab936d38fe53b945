// The verdicts: what became of the outcome, and when nothing can be concluded.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Verdicts

struct JudgeTests {
    private func judge(
        _ recorded: Evidence,
        _ observed: Evidence?,
        _ set: (inout JudgeConditions) -> Void = { _ in }
    ) -> Verdict {
        var conditions = JudgeConditions()
        set(&conditions)
        return Judge(conditions: conditions).compare(recorded: recorded.trace, observed: observed?.trace)
    }

    // MARK: - Outcomes

    @Test func `a success that succeeds again under other ids, URLs and words is stable`() {
        let verdict = judge(.success(), .success("observed"))
        #expect(verdict.kind == .stable)
        #expect(verdict.differences == [])
        #expect(verdict.evaluated > 20)
        #expect(verdict.ignored > 0)
    }

    @Test func `a success that fails now is a regression whose consequences are explained`() {
        let verdict = judge(.success(), .failure("observed", status: 404))
        #expect(verdict.kind == .regressed)
        #expect(verdict.reason.contains("failed (http-error) in the replay"))
        #expect(verdict.differences.contains { $0.field == "result.code" })
        #expect(verdict.differences.contains { $0.field == "transfer.status" && $0.observed == "404" })
        #expect(verdict.differences.allSatisfy { $0.isExplained })
    }

    @Test func `a failure that succeeds now is fixed`() {
        let verdict = judge(.failure(), .success("observed"))
        #expect(verdict.kind == .fixed)
        #expect(verdict.differences.allSatisfy { $0.isExplained })
    }

    @Test func `the same failure again is reproduced whatever the error page says`() {
        let verdict = judge(.failure(), .failure("observed"))
        #expect(verdict.kind == .reproduced)
        #expect(verdict.differences == [])
    }

    @Test func `another failure than recorded is a change`() {
        let verdict = judge(.failure(), .failure("observed", status: 200, .hashMismatch))
        #expect(verdict.kind == .changed)
        #expect(verdict.reason.contains("http-error") && verdict.reason.contains("hash-mismatch"))
    }

    @Test func `silence that answers silence reproduces the missing acknowledgement`() {
        var recorded = Evidence()
        recorded.offer()
        recorded.session.outcome = .failed
        recorded.session.failureClass = .notAcked
        var observed = Evidence(side: "observed")
        observed.offer()
        observed.session.outcome = .failed
        observed.session.failureClass = .notAcked
        #expect(judge(recorded, observed).kind == .reproduced)
    }

    @Test(arguments: [
        (Session.Outcome.cancelled, Session.Outcome.cancelled, Verdict.Kind.stable),
        (.cancelled, .ok, .changed),
        (.ok, .cancelled, .regressed),
        (.failed, .superseded, .changed),
    ])
    func `ends that are neither success nor failure are compared as ends`(
        recorded: Session.Outcome,
        observed: Session.Outcome,
        kind: Verdict.Kind
    ) {
        var before = Evidence.success()
        before.session.outcome = recorded
        var now = Evidence.success("observed")
        now.session.outcome = observed
        #expect(judge(before, now).kind == kind)
    }

    // MARK: - Doubt

    @Test func `our own lateness forbids a judgement and the differences are still listed`() {
        let verdict = judge(.success(), .failure("observed")) { $0.maxLateness = .milliseconds(1250) }
        #expect(verdict.kind == .inconclusive)
        #expect(verdict.reason.contains("1.250 s"))
        #expect(!verdict.differences.isEmpty)
        let punctual = judge(.success(), .success("observed")) { $0.maxLateness = .seconds(1) }
        #expect(punctual.kind == .stable)
    }

    @Test func `a recording that is not whole allows no judgement`() {
        var headless = Evidence.success()
        headless.session.isHeadSeen = false
        #expect(judge(headless, .success("observed")).kind == .inconclusive)

        var incomplete = Evidence.failure()
        incomplete.session.failureClass = .recordingIncomplete
        #expect(judge(incomplete, .failure("observed")).kind == .inconclusive)

        let doubted = judge(.success(), .success("observed")) {
            $0.recordingDoubt = "The capture lost packets."
        }
        #expect(doubted.kind == .inconclusive)
        #expect(doubted.reason == "The capture lost packets.")
    }

    @Test func `an unfinished recording is compared as far as it goes`() {
        var recorded = Evidence()
        recorded.offer()
        recorded.add(.accept, at: 100) { $0.isOK = false }
        recorded.session.state = .accepted
        let verdict = judge(recorded, .success("observed"))
        #expect(verdict.kind == .inconclusive)
        #expect(verdict.reason.contains("accepted"))
        #expect(verdict.differences.first { $0.field == "result" }?.isExplained == true)
        #expect(verdict.differences.contains { $0.field == "accept.ok" })
    }

    @Test(arguments: [Session.Outcome.open, .unknown])
    func `a replay that did not see the end allows no judgement`(outcome: Session.Outcome) {
        var observed = Evidence.success("observed")
        observed.session.outcome = outcome
        #expect(judge(.success(), observed).kind == .inconclusive)
    }

    // MARK: - Errors

    @Test func `nothing compared is an error and never a pass`() {
        var recorded = Evidence()
        recorded.session.outcome = .ok
        var observed = Evidence(side: "observed")
        observed.session.outcome = .ok
        let verdict = judge(recorded, observed)
        #expect(verdict.kind == .error)
        #expect(verdict.evaluated == 0)
        #expect(judge(.success(), nil).kind == .error)
    }

    @Test func `a replay that went wrong is an error in its own words`() {
        let verdict = judge(.success(), .success("observed")) { $0.failure = "The broker went away." }
        #expect(verdict == Verdict(kind: .error, reason: "The broker went away."))
    }
}

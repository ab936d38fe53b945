// What a plan reads from recorded sessions: steps, causes, endings and refusals.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Replay

struct ReplayPlanTests {
    @Test func `a recorded upgrade becomes one offer that is followed to its result`() throws {
        let plan = try ReplayPlan(trace: Recording.success().trace, settings: ReplaySettings())
        #expect(plan.steps.map(\.event.kind) == [.offer])
        #expect(plan.steps.first?.awaited == nil)
        #expect(plan.ending.kinds == [.result])
        #expect(plan.ending.longestSilence == .milliseconds(500))
        #expect(plan.notes == [])
    }

    @Test func `a cancel waits for the progress that it followed`() throws {
        var recording = Recording()
        recording.offer()
        recording.add(.accept, at: 100)
        recording.add(.progress, at: 900) { $0.percent = 30 }
        recording.add(.cancel, at: 1400)
        recording.add(.cancelAck, at: 1500)
        let plan = try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        let cancel = try #require(plan.steps.last)
        #expect(cancel.offset == .milliseconds(1400))
        #expect(cancel.awaited?.kind == .progress)
        #expect(cancel.awaited?.percent == 30)
        #expect(cancel.awaited?.gap == .milliseconds(500))
        #expect(plan.ending.kinds == [.cancelAck])
    }

    @Test func `an offer that answers a poll waits for it and any other first offer does not`() throws {
        var pulled = Recording(dialect: "jetlinks")
        pulled.add(.version, at: 0, id: nil)
        pulled.add(.poll, at: 10, id: "p-1")
        pulled.add(.offer, at: 60, id: "p-1")
        let plan = try ReplayPlan(trace: pulled.trace, settings: ReplaySettings())
        #expect(plan.steps.first?.awaited?.kind == .poll)
        #expect(plan.steps.first?.awaited?.gap == .milliseconds(50))

        var pushed = Recording(dialect: "jetlinks")
        pushed.add(.version, at: 0, id: nil)
        pushed.add(.poll, at: 10, id: "p-1")
        pushed.add(.offer, at: 60, id: "m-2")
        #expect(try ReplayPlan(trace: pushed.trace, settings: ReplaySettings()).steps.first?.awaited == nil)
    }

    @Test func `only what came after the last offer counts as the ending`() throws {
        var recording = Recording()
        recording.offer()
        recording.add(.reject, at: 100)
        recording.offer(at: 5000)
        recording.add(.accept, at: 5100)
        recording.add(.result, at: 6000) { $0.isOK = true }
        recording.add(.version, at: 9000)
        let plan = try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        #expect(plan.steps.last?.awaited?.kind == .reject)
        #expect(plan.ending.kinds == [.result, .version])
    }

    @Test func `a retained copy handed out again is not published again`() throws {
        var recording = Recording()
        recording.add(.offer, at: 0, isRetained: true)
        recording.add(.offer, at: 3000, isRetained: true)
        recording.add(.offer, at: 4000)
        let plan = try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        #expect(plan.steps.map(\.offset) == [.zero, .seconds(4)])
    }

    @Test func `a recorder's clock that is set back does not turn time around`() throws {
        var recording = Recording()
        recording.offer(at: 10000)
        recording.add(.accept, at: 500)
        recording.add(.cancel, at: 100)
        let plan = try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        #expect(plan.steps.map(\.offset) == [.zero, .zero])
        #expect(plan.steps.last?.awaited?.gap == .zero)
    }

    // MARK: - Refusals

    @Test func `a recording without an offer is refused and the message names the way out`() {
        var recording = Recording()
        recording.add(.progress, at: 0)
        recording.add(.cancel, at: 10)
        let error = #expect(throws: ReplayError.headMissing(device: "7")) {
            try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        }
        #expect(error?.description.contains("`otatape sessions`") == true)
    }

    @Test func `a recording without messages has nothing to send`() {
        var recording = Recording()
        recording.download(from: 0, until: 100)
        #expect(throws: ReplayError.nothingToSend(device: "7")) {
            try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        }
    }

    @Test(arguments: [-1, .nan, .infinity, 1e-9, 1e9])
    func `a speed that cannot be played is refused`(speed: Double) {
        #expect(throws: ReplayError.self) {
            try ReplayPlan(trace: Recording.success().trace, settings: ReplaySettings(speed: speed))
        }
    }

    @Test func `re-publishing everything awaits nothing and needs no offer`() throws {
        var recording = Recording()
        recording.add(.accept, at: 0)
        recording.add(.progress, at: 700)
        let plan = try ReplayPlan(trace: recording.trace, settings: ReplaySettings()) { _ in true }
        #expect(plan.steps.map(\.offset) == [.zero, .milliseconds(700)])
        #expect(plan.steps.allSatisfy { $0.awaited == nil })
        #expect(plan.ending.kinds == [])
    }

    @Test func `as the device we wait for the platform's offer`() throws {
        let plan = try ReplayPlan(trace: Recording.success().trace, settings: ReplaySettings()) {
            !ReplayPlan.isPlatform($0)
        }
        #expect(plan.steps.map(\.event.kind) == [.accept, .progress, .progress, .result])
        #expect(plan.steps.allSatisfy { $0.awaited?.kind == .offer })
        #expect(
            plan.steps.map { $0.awaited?.gap } == [100, 1000, 1500, 2000].map { Duration.milliseconds($0) }
        )
    }

    // MARK: - Notes

    @Test(arguments: [(FailureClass.timedOut, true), (.stalled, true), (.httpError, false)])
    func `another speed is worth a note when a timeout is under test`(failure: FailureClass, isNoted: Bool)
        throws
    {
        var recording = Recording.success()
        recording.failed(failure)
        let fast = try ReplayPlan(trace: recording.trace, settings: ReplaySettings(speed: 10))
        #expect(fast.notes.contains { $0.contains("do not scale") } == isNoted)
        let faithful = try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        #expect(!faithful.notes.contains { $0.contains("do not scale") })
    }

    @Test func `an unfinished recording is worth a note`() throws {
        var recording = Recording()
        recording.offer()
        recording.session.isTailSeen = false
        let plan = try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        #expect(plan.notes.contains { $0.contains("ends before the session did") })
    }
}

// Transcripts of the machine: live events and instants in, publishes and the end out.

import Dialects
import Testing
import Traffic

@testable import Replay

struct ReplayMachineTests {
    /// A recording with a cancel 500 ms after the acknowledgement at 1 s, and its confirmation.
    private static func cancelled() -> Recording {
        var recording = Recording()
        recording.offer()
        recording.add(.accept, at: 1000)
        recording.add(.cancel, at: 1500)
        recording.add(.cancelAck, at: 1600)
        return recording
    }

    private func machine(
        _ recording: Recording,
        _ settings: ReplaySettings = ReplaySettings(),
        raw: Bool = false
    ) throws -> ReplayMachine {
        let plan = try ReplayPlan(trace: recording.trace, settings: settings) {
            raw || ReplayPlan.isPlatform($0)
        }
        var bindings = plan.bindings()
        bindings.bind(.command, recorded: "cmd-1", live: "live-1")
        return ReplayMachine(plan: plan, settings: settings, bindings: bindings)
    }

    private func live(_ kind: UpgradeEvent.Kind, _ fill: (inout UpgradeEvent) -> Void = { _ in })
        -> UpgradeEvent
    {
        var event = Recording.event(kind, id: "live-1")
        fill(&event)
        return event
    }

    // MARK: - Pace

    @Test func `an upgrade is offered, followed to its result and observed a little longer`() throws {
        var machine = try machine(.success())
        #expect(machine.nextDeadline == nil)
        var actions = machine.start(at: .seconds(10))
        #expect(actions == [.publish(step: 0, due: .seconds(10))])
        actions = machine.receive(live(.accept), at: .seconds(11))
        #expect(actions == [])
        actions = machine.receive(live(.result) { $0.isOK = true }, at: .seconds(12))
        #expect(actions == [])
        #expect(machine.nextDeadline == .milliseconds(12250))
        actions = machine.timeReached(.milliseconds(12249))
        #expect(actions == [])
        actions = machine.timeReached(.milliseconds(12250))
        #expect(actions == [.finish(.ended)])
        let isFinished = machine.isFinished
        #expect(isFinished)
        actions = machine.timeReached(.seconds(99))
        #expect(actions == [])
    }

    // Offset 1500 ms, gap 500 ms; the live acknowledgement comes at 1 s and at 4 s.
    @Test(arguments: [
        (1.0, 1000, 1500), (1.0, 4000, 4500), (10.0, 1000, 1050), (10.0, 20, 150), (0.0, 1000, 1000),
        (0.5, 1000, 3000),
    ])
    func `a step is due by its offset or by what it awaits, whichever is later`(
        speed: Double,
        arrival: Int,
        due: Int
    ) throws {
        var machine = try machine(Self.cancelled(), ReplaySettings(speed: speed))
        _ = machine.start(at: .zero)
        let published = ReplayAction.publish(step: 1, due: .milliseconds(due))
        let atOnce = machine.receive(live(.accept), at: .milliseconds(arrival))
        if due == arrival {
            #expect(atOnce == [published])
        } else {
            #expect(atOnce == [])
            #expect(machine.nextDeadline == .milliseconds(due))
            let early = machine.timeReached(.milliseconds(due - 1))
            #expect(early == [])
            let punctual = machine.timeReached(.milliseconds(due))
            #expect(punctual == [published])
        }
    }

    @Test func `lateness does not add up from step to step`() throws {
        var recording = Recording()
        for step in 0..<5 { recording.add(.cancel, at: step * 1000, id: "c\(step)") }
        var machine = try machine(recording, raw: true)
        var dues: [Duration] = []
        var now = Duration.zero
        var actions = machine.start(at: now)
        while case .publish(_, let due) = actions.first {
            dues.append(due)
            // The caller wakes 300 ms after every deadline.
            now = (machine.nextDeadline ?? .zero) + .milliseconds(300)
            actions = machine.timeReached(now)
        }
        #expect(dues == (0..<5).map { Duration.seconds($0) })
    }

    @Test func `steps that are overdue together leave together`() throws {
        var recording = Recording()
        for step in 0..<3 { recording.add(.cancel, at: step * 10, id: "c\(step)") }
        var machine = try machine(recording, raw: true)
        _ = machine.start(at: .zero)
        let actions = machine.timeReached(.seconds(1))
        #expect(
            actions == [.publish(step: 1, due: .milliseconds(10)), .publish(step: 2, due: .milliseconds(20))]
        )
    }

    // MARK: - Causes

    @Test func `a cancel waits until the live progress is as far as the recorded one`() throws {
        var recording = Recording()
        recording.offer()
        recording.add(.progress, at: 1000) { $0.percent = 30 }
        recording.add(.cancel, at: 1000)
        var machine = try machine(recording, ReplaySettings(speed: 0))
        _ = machine.start(at: .zero)
        var actions = machine.receive(live(.progress) { $0.percent = 20 }, at: .seconds(1))
        #expect(actions == [])
        actions = machine.receive(live(.progress) { $0.percent = 35 }, at: .seconds(2))
        #expect(actions == [.publish(step: 1, due: .seconds(2))])
    }

    @Test func `a message that stands for more stands for the awaited one too`() throws {
        var machine = try machine(Self.cancelled(), ReplaySettings(speed: 0))
        _ = machine.start(at: .zero)
        let actions = machine.receive(live(.progress) { $0.percent = 1 }, at: .seconds(2))
        #expect(actions == [.publish(step: 1, due: .seconds(2))])
    }

    @Test func `a second offer waits for a second answer`() throws {
        var recording = Recording()
        recording.offer()
        recording.add(.reject, at: 100)
        recording.offer(at: 200)
        recording.add(.reject, at: 300)
        recording.offer(at: 400)
        recording.add(.accept, at: 500)
        var machine = try machine(recording, ReplaySettings(speed: 0))
        _ = machine.start(at: .zero)
        var actions = machine.receive(live(.reject), at: .seconds(1))
        #expect(actions == [.publish(step: 1, due: .seconds(1))])
        actions = machine.receive(live(.reject), at: .seconds(2))
        #expect(actions == [.publish(step: 2, due: .seconds(2))])
    }

    @Test func `progress under an earlier offer does not count for a later one`() throws {
        var recording = Recording()
        recording.offer()
        recording.add(.progress, at: 1000) { $0.percent = 90 }
        recording.offer(at: 1000)
        recording.add(.progress, at: 2000) { $0.percent = 30 }
        recording.add(.cancel, at: 2000)
        var machine = try machine(recording, ReplaySettings(speed: 0))
        _ = machine.start(at: .zero)
        var actions = machine.receive(live(.progress) { $0.percent = 90 }, at: .seconds(1))
        #expect(actions == [.publish(step: 1, due: .seconds(1))])
        actions = machine.receive(live(.progress) { $0.percent = 10 }, at: .seconds(2))
        #expect(actions == [])
        actions = machine.receive(live(.progress) { $0.percent = 30 }, at: .seconds(3))
        #expect(actions == [.publish(step: 2, due: .seconds(3))])
    }

    @Test func `an offer in answer to a poll waits for it and carries its id`() throws {
        var recording = Recording()
        recording.add(.poll, at: 0, id: "p-1")
        recording.add(.offer, at: 50, id: "p-1")
        var machine = try machine(recording)
        var actions = machine.start(at: .zero)
        #expect(actions == [])
        var poll = Recording.event(.poll, id: "own-9")
        poll.deviceID = "7"
        actions = machine.receive(poll, at: .seconds(3))
        #expect(actions == [])
        #expect(machine.nextDeadline == .milliseconds(3050))
        let offering = OfferRewriting(
            relation: ImageRelation(byteCount: 1, digest: .matching),
            image: ServedImage(url: "u", byteCount: 1, digests: [:])
        )
        let offer = machine.liveEvent(forStep: 0, offering: offering, freshID: "fresh", at: Recording.start)
        #expect(offer.commandID == "own-9")
    }

    @Test func `our own messages and those under strange ids move nothing`() throws {
        var machine = try machine(Self.cancelled(), ReplaySettings(speed: 0))
        _ = machine.start(at: .zero)
        var actions = machine.receive(live(.offer), at: .seconds(1))
        #expect(actions == [])
        actions = machine.receive(Recording.event(.accept, id: "cmd-1"), at: .seconds(2))
        #expect(actions == [])
        #expect(machine.unbound.map(\.live) == ["cmd-1"])
        #expect(machine.nextDeadline == .milliseconds(31000))
        for _ in 0..<200 { _ = machine.receive(Recording.event(.accept, id: "x"), at: .seconds(2)) }
        #expect(machine.unbound.count == ReplayMachine.unboundLimit)
    }

    // MARK: - Patience

    @Test func `a missing acknowledgement ends the replay and is named`() throws {
        // The recorded device was silent for up to 1 s: the live one may be for 31 s.
        var machine = try machine(Self.cancelled())
        _ = machine.start(at: .zero)
        #expect(machine.nextDeadline == .seconds(31))
        var actions = machine.timeReached(.milliseconds(30999))
        #expect(actions == [])
        actions = machine.timeReached(.seconds(31))
        #expect(actions == [.finish(.timedOut(waitingFor: .accept))])
        #expect(machine.nextDeadline == nil)
    }

    @Test func `a device that was slow when recorded may be slow again at any speed`() throws {
        var recording = Recording()
        recording.offer()
        recording.add(.accept, at: 100)
        recording.add(.result, at: 300_100) { $0.isOK = false }
        var machine = try machine(recording, ReplaySettings(speed: 100))
        _ = machine.start(at: .zero)
        _ = machine.receive(live(.accept), at: .zero)
        #expect(machine.nextDeadline == .seconds(330))
    }

    @Test func `messages and a moving download renew the patience`() throws {
        var machine = try machine(.success())
        _ = machine.start(at: .zero)
        _ = machine.receive(live(.progress), at: .seconds(20))
        machine.downloadMoved(at: .seconds(40))
        #expect(machine.nextDeadline == .milliseconds(70500))
        let actions = machine.timeReached(.milliseconds(70500))
        #expect(actions == [.finish(.timedOut(waitingFor: .result))])
    }

    // MARK: - Ends

    @Test func `a device that fell silent when recorded is watched falling silent`() throws {
        var recording = Recording()
        recording.offer()
        var machine = try machine(recording)
        _ = machine.start(at: .zero)
        let actions = machine.timeReached(.seconds(30))
        #expect(actions == [.finish(.silent)])
    }

    @Test func `a device that was silent when recorded may answer now`() throws {
        var recording = Recording()
        recording.offer()
        var machine = try machine(recording)
        _ = machine.start(at: .zero)
        _ = machine.receive(live(.result) { $0.isOK = true }, at: .seconds(2))
        #expect(machine.nextDeadline == .milliseconds(2250))
    }

    @Test func `a success is followed to the version report that followed it`() throws {
        var recording = Recording.success()
        recording.add(.version, at: 9000, id: nil)
        var machine = try machine(recording)
        _ = machine.start(at: .zero)
        _ = machine.receive(live(.result) { $0.isOK = true }, at: .seconds(2))
        #expect(machine.nextDeadline == .seconds(39))
        _ = machine.receive(live(.version) { $0.version = "2.0.0" }, at: .seconds(5))
        #expect(machine.nextDeadline == .milliseconds(5250))
    }

    @Test func `a failure waits for no version report`() throws {
        var recording = Recording.success()
        recording.add(.version, at: 9000, id: nil)
        var machine = try machine(recording)
        _ = machine.start(at: .zero)
        _ = machine.receive(live(.result) { $0.isOK = false }, at: .seconds(2))
        #expect(machine.nextDeadline == .milliseconds(2250))
    }

    @Test func `a failure that may be taken back is no end unless the recording ended so`() throws {
        var machine = try machine(.success())
        _ = machine.start(at: .zero)
        let soft = live(.result) {
            $0.isOK = false
            $0.isSoft = true
        }
        _ = machine.receive(soft, at: .seconds(2))
        #expect(machine.nextDeadline == .milliseconds(32500))

        var recording = Recording()
        recording.offer()
        recording.add(.result, at: 100) { $0.isSoft = true }
        var second = try self.machine(recording)
        _ = second.start(at: .zero)
        _ = second.receive(soft, at: .seconds(2))
        #expect(second.nextDeadline == .milliseconds(2250))
    }

    // MARK: - Live events

    @Test func `a live offer has a fresh id, our URL and today's time, and a second one the same id`() throws
    {
        var recording = Recording()
        recording.offer()
        recording.offer(at: 500)
        let plan = try ReplayPlan(trace: recording.trace, settings: ReplaySettings())
        var machine = ReplayMachine(
            plan: plan,
            settings: ReplaySettings(),
            bindings: plan.bindings(device: "bench")
        )
        let offering = OfferRewriting(
            relation: plan.image,
            image: ServedImage(url: "http://127.0.0.1:1/a", byteCount: 1000, digests: [:])
        )
        let now = Recording.at(99_000_000)
        let first = machine.liveEvent(forStep: 0, offering: offering, freshID: "f1", at: now)
        #expect(first.deviceID == "bench")
        #expect(first.commandID == "f1")
        #expect(first.url == "http://127.0.0.1:1/a")
        #expect(first.claimedAt == now)
        let second = machine.liveEvent(forStep: 1, offering: offering, freshID: "f2", at: now)
        #expect(second.commandID == "f1")
        #expect(machine.bindings.recorded(.command, for: "f1") == "cmd-1")
    }
}

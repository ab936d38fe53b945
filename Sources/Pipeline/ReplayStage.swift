// One replay on its stage: broker, host and device are there; the machine says what to do when.

import BrokerLink
import DeviceSimulation
import Dialects
import FirmwareHost
import Replay
import Sessions
import Store
import Traffic

/// What happened on the stage.
struct ReplayPerformance {
    /// The live session with its evidence; `nil` when the device never took part.
    var observed: SessionTrace?
    /// How late our own acts were.
    var lateness = Replay.Lateness()
    /// What was published and received, in order.
    var lines: [ReplayRecord.Line] = []
    /// How the observation ended.
    var finish: ReplayFinish?
    /// Live ids that stand for no recorded one.
    var unbound: [Bindings.Unbound] = []
}

/// What wakes the stage.
private enum ReplayInput: Sendable {
    case delivery(Delivery)
    case served(Transfer)
    case segment(lateness: Duration)
    case deadline
    case deviceEnded(String)
}

/// Plays the recorded platform towards one live device.
struct ReplayStage {
    let plan: ReplayPlan
    let settings: ReplaySettings
    let dialect: Dialect
    let host: FirmwareOrigin

    /// Plays the plan to its end.
    ///
    /// Everything that happens arrives in one stream, so that the machine is asked by one task only.
    func perform(at address: BrokerAddress) async throws -> ReplayPerformance {
        let client = try await BrokerClient.connect(to: address, options: ClientOptions(), on: .shared)
        try await client.subscribe(to: dialect.subscriptions, qos: .atLeastOnce)
        let (inputs, wake) = AsyncStream.makeStream(of: ReplayInput.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await delivery in client.deliveries { wake.yield(.delivery(delivery)) } }
            group.addTask { [host] in for await transfer in host.transfers { wake.yield(.served(transfer)) } }
            group.addTask { [host] in for await late in host.lateness { wake.yield(.segment(lateness: late)) } }
            try await startDevice(at: address, in: &group, wake: wake)
            let performance = try await play(client, inputs, wake)
            await client.disconnect()
            return performance
        }
    }

    private func startDevice(
        at address: BrokerAddress,
        in group: inout ThrowingTaskGroup<Void, any Error>,
        wake: AsyncStream<ReplayInput>.Continuation
    ) async throws {
    }

    private func play(
        _ client: BrokerClient,
        _ inputs: AsyncStream<ReplayInput>,
        _ wake: AsyncStream<ReplayInput>.Continuation
    ) async throws -> ReplayPerformance {
        let clock = ContinuousClock()
        let origin = clock.now
        var performance = ReplayPerformance()
        var observed = ObservedSession(dialects: DialectSet([dialect]))
        var machine = ReplayMachine(plan: plan, settings: settings, bindings: plan.bindings())
        let offering = offering()
        var actions = machine.start(at: .zero)
        var inputs = inputs.makeAsyncIterator()
        while true {
            for action in actions {
                switch action {
                case .publish(let step, let due):
                    let event = machine.liveEvent(forStep: step, offering: offering, freshID: FreshID.next(), at: .now())
                    let composition = try dialect.rewrite(plan.steps[step].message, to: event)
                    performance.lateness.record(due: due, actual: clock.now - origin)
                    try await client.publish(topic: composition.topic, payload: composition.payload, qos: .atLeastOnce)
                case .finish(let finish):
                    performance.finish = finish
                }
            }
            if machine.isFinished { break }
            let timer = machine.nextDeadline.map { deadline in
                Task {
                    try await Task.sleep(until: origin + deadline, clock: clock)
                    wake.yield(.deadline)
                }
            }
            defer { timer?.cancel() }
            guard let input = await inputs.next() else { break }
            switch input {
            case .delivery(let delivery):
                guard let event = observed.receive(delivery) else { continue }
                actions = machine.receive(event, at: delivery.receivedMonotonic - origin)
            case .served(let transfer):
                observed.receive(transfer)
                actions = machine.timeReached(clock.now - origin)
            case .segment(let lateness):
                performance.lateness.record(lateness)
                machine.downloadMoved(at: clock.now - origin)
                actions = []
            case .deadline:
                actions = machine.timeReached(clock.now - origin)
            case .deviceEnded(let reason):
                throw RunError(.unreachable, reason)
            }
        }
        performance.unbound = machine.unbound
        performance.observed = observed.finish(device: plan.session.key.deviceID, at: .now())
        return performance
    }

    private func offering() -> OfferRewriting {
        let image = FirmwareImage.filler(seed: 1, byteCount: plan.image.byteCount)
        let url = host.publish(Offering(path: "/image.bin", image: image, curves: plan.downloads))
        let served = ServedImage(
            url: url,
            byteCount: image.byteCount,
            digests: ["sha256": image.sha256, "md5": image.md5]
        )
        return OfferRewriting(relation: plan.image, image: served)
    }
}

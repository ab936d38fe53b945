// The talk between the replayed platform and the live side: one input at a time, the machine says what to do.

import BrokerLink
import Dialects
import Replay
import Sessions
import Store
import Traffic

/// What wakes a replay.
enum ReplayInput: Sendable {
    /// Our subscription received a message.
    case delivery(Delivery)
    /// Our host has served a download to its end.
    case served(Transfer)
    /// Our host has sent a paced segment, this late.
    case segment(lateness: Duration)
    /// The machine's deadline was reached.
    case deadline
    /// Part of the stage is gone, so that the replay cannot go on.
    case broken(String)
}

/// Drives the replay machine: publishes what is due, gathers what is observed.
struct ReplayConversation: ~Copyable {
    private let plan: ReplayPlan
    private let dialect: Dialect
    private let client: BrokerClient
    private let offering: OfferRewriting
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant
    private var machine: ReplayMachine
    private var observed: ObservedSession
    private var performance = ReplayPerformance()

    init(
        plan: ReplayPlan,
        settings: ReplaySettings,
        dialect: Dialect,
        client: BrokerClient,
        offering: OfferRewriting
    ) {
        self.plan = plan
        self.dialect = dialect
        self.client = client
        self.offering = offering
        origin = clock.now
        machine = ReplayMachine(plan: plan, settings: settings, bindings: plan.bindings())
        observed = ObservedSession(dialects: DialectSet([dialect]))
    }

    /// Whether nothing is left to do.
    var isFinished: Bool { machine.isFinished }

    /// When the machine must be asked again, if nothing arrives before.
    var nextDeadline: ContinuousClock.Instant? { machine.nextDeadline.map { origin + $0 } }

    /// Begins.
    mutating func start() async throws {
        try await act(machine.start(at: clock.now - origin))
    }

    /// Takes one input and does what follows from it.
    mutating func receive(_ input: ReplayInput) async throws {
        switch input {
        case .delivery(let delivery): try await receive(delivery)
        case .served(let transfer):
            observed.receive(transfer)
            machine.downloadMoved(at: clock.now - origin)
        case .segment(let lateness):
            performance.lateness.record(lateness)
            machine.downloadMoved(at: clock.now - origin)
        case .deadline: try await act(machine.timeReached(clock.now - origin))
        case .broken(let reason): throw RunError(.unreachable, reason)
        }
    }

    /// Ends, and gives what was observed.
    consuming func finish() -> ReplayPerformance {
        performance.unbound = machine.unbound
        performance.observed = observed.finish(device: plan.session.key.deviceID, at: .now())
        performance.extraRequests = observed.strayTransfers(beside: performance.observed)
        performance.lostReports = client.droppedDeliveries
        return performance
    }

    private mutating func receive(_ delivery: Delivery) async throws {
        guard let event = observed.receive(delivery) else { return }
        if dialect.direction(of: event.rule) == .up {
            performance.add(
                ReplayRecord.Line(
                    direction: .received,
                    at: delivery.receivedAt,
                    topic: delivery.topic,
                    payload: delivery.payload
                )
            )
        }
        try await act(machine.receive(event, at: delivery.receivedMonotonic - origin))
    }

    private mutating func act(_ actions: [ReplayAction]) async throws {
        for action in actions {
            switch action {
            case .publish(let step, let due): try await publish(step, due: due)
            case .finish(let finish): performance.finish = finish
            }
        }
    }

    private mutating func publish(_ step: Int, due: Duration) async throws {
        let now = Timestamp.now()
        let event = machine.liveEvent(forStep: step, offering: offering, freshID: FreshID.next(), at: now)
        let composition = try dialect.rewrite(plan.steps[step].message, to: event)
        let lateness = clock.now - origin - due
        performance.lateness.record(lateness)
        performance.add(
            ReplayRecord.Line(
                direction: .sent,
                at: now,
                lateness: max(.zero, lateness),
                topic: Array(composition.topic.utf8),
                payload: composition.payload
            )
        )
        try await client.publish(
            topic: composition.topic,
            payload: composition.payload,
            qos: dialect.declaredQoS(.down) ?? .atMostOnce
        )
    }
}

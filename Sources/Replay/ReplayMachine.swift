// Decides when the recorded peer acts in a replay. design.md §6; field-notes.md §4, R4 and R12–R14.

public import Dialects
public import Traffic

/// What a replay must do now.
public enum ReplayAction: Hashable, Sendable {
    /// Publish step number `step`, which was due at `due`; how late that is, the publisher measures.
    case publish(step: Int, due: Duration)
    /// Stop observing.
    case finish(ReplayFinish)
}

/// How a replay's observation came to its end.
public enum ReplayFinish: Hashable, Sendable {
    /// The live session ended as far as the recorded one did, or failed before.
    case ended
    /// The recorded device fell silent, and so did the live one.
    case silent
    /// The live side did not send in time what the recording waited for.
    case timedOut(waitingFor: UpgradeEvent.Kind)
}

/// The recorded peer as a state machine: live events and instants go in, publishes come out.
///
/// Instants are durations since any fixed point of the monotonic clock. A step is due at
/// max(start + offset ÷ speed, arrival of what it awaits + recorded gap ÷ speed): set times, never sleeps from one
/// act to the next, so that lateness does not add up. The side under test is never hurried: patience does not scale.
public struct ReplayMachine: ~Copyable {
    private enum Phase: Hashable {
        case idle
        case stepping
        case ending
        case settling(until: Duration)
        case finished
    }

    /// The ids in force; commands and polls are bound as they come.
    public private(set) var bindings: Bindings
    /// Live ids that stand for no recorded one, the first `unboundLimit` of them.
    public private(set) var unbound: [Bindings.Unbound] = []
    /// How many unbound ids are kept.
    public static let unboundLimit = 100

    private let plan: ReplayPlan
    private let settings: ReplaySettings
    private var phase = Phase.idle
    private var nextStep = 0
    private var startedAt: Duration = .zero
    private var lastActivity: Duration = .zero
    private var progress = LiveProgress()

    /// A machine that has not started.
    public init(plan: ReplayPlan, settings: ReplaySettings, bindings: Bindings) {
        self.plan = plan
        self.settings = settings
        self.bindings = bindings
    }

    /// Whether nothing is left to do.
    public var isFinished: Bool { phase == .finished }

    /// When the machine must be asked again at the latest, if nothing arrives before; `nil` when nothing is due.
    public var nextDeadline: Duration? {
        switch phase {
        case .idle, .finished: nil
        case .stepping: nextDue ?? patienceEnd
        case .ending: patienceEnd
        case .settling(let until): until
        }
    }

    // MARK: - Inputs

    /// Begins the replay.
    public mutating func start(at now: Duration) -> [ReplayAction] {
        guard phase == .idle else { return [] }
        phase = .stepping
        startedAt = now
        lastActivity = now
        return advance(to: now)
    }

    /// Takes note of the time.
    public mutating func timeReached(_ now: Duration) -> [ReplayAction] {
        isFinished || phase == .idle ? [] : advance(to: now)
    }

    /// Takes a message of the live side; our own messages, which a subscription hands back, change nothing.
    public mutating func receive(_ event: UpgradeEvent, at now: Duration) -> [ReplayAction] {
        guard phase != .idle, !isFinished, !plan.isPeer(event) else { return [] }
        if let awaited = awaitedNow, awaited.kind == event.kind { bindOwnID(of: event, as: awaited) }
        let strangers = bindings.unbound(in: event)
        guard strangers.isEmpty else {
            unbound += strangers.prefix(max(0, Self.unboundLimit - unbound.count))
            return []
        }
        lastActivity = max(lastActivity, now)
        progress.note(event, at: now, hasPublished: nextStep > 0)
        if let awaited = awaitedNow { progress.settle(awaited) }
        return advance(to: now)
    }

    /// Takes note that a download moves: a device that receives bytes is not silent.
    public mutating func downloadMoved(at now: Duration) {
        lastActivity = max(lastActivity, now)
    }

    /// The live event of a step, to be written into its recorded payload.
    ///
    /// - Parameters:
    ///   - step: the step's number.
    ///   - offering: the served image and its relation to the offer.
    ///   - freshID: the command id to use where the recorded one is bound to none yet.
    ///   - now: the time that the payload claims, where the recorded one claimed any.
    /// - Returns: the recorded event with live ids, URL, size and digest; what it did not state stays unstated.
    public mutating func liveEvent(
        forStep step: Int,
        offering: OfferRewriting,
        freshID: String,
        at now: Timestamp
    ) -> UpgradeEvent {
        let recorded = plan.steps[step].event
        if let id = recorded.commandID { bindings.bind(.command, recorded: id, live: freshID) }
        if let url = recorded.url { bindings.bind(.url, recorded: url, live: offering.image.url) }
        var live = bindings.live(recorded.kind == .offer ? offering.live(recorded) : recorded)
        live.claimedAt = recorded.claimedAt.map { _ in now }
        live.recordedAt = now
        return live
    }

    // MARK: - Steps

    private var awaitedNow: AwaitedEvent? {
        nextStep < plan.steps.count ? plan.steps[nextStep].awaited : nil
    }

    /// When the next step is due; `nil` while what it awaits has not come.
    private var nextDue: Duration? {
        guard nextStep < plan.steps.count else { return nil }
        let step = plan.steps[nextStep]
        let byOffset = startedAt + settings.paced(step.offset)
        guard let awaited = step.awaited else { return byOffset }
        guard let arrival = progress.arrivals[awaited.entry] else { return nil }
        return max(byOffset, arrival + settings.paced(awaited.gap))
    }

    private var patienceEnd: Duration { lastActivity + settings.maxWait + plan.ending.longestSilence }

    private mutating func advance(to now: Duration) -> [ReplayAction] {
        var actions: [ReplayAction] = []
        while phase == .stepping, let due = nextDue, due <= now {
            actions.append(.publish(step: nextStep, due: due))
            publishNext(at: now)
        }
        return actions + end(at: now)
    }

    private mutating func publishNext(at now: Duration) {
        let kind = plan.steps[nextStep].event.kind
        progress.published(isOpening: kind == .offer || kind == .noUpdate)
        lastActivity = max(lastActivity, now)
        nextStep += 1
        if let awaited = awaitedNow { progress.settle(awaited) }
        if nextStep == plan.steps.count { phase = .ending }
    }

    private mutating func bindOwnID(of event: UpgradeEvent, as awaited: AwaitedEvent) {
        guard event.kind == .poll, let recorded = awaited.commandID, let live = event.commandID else {
            return
        }
        bindings.bind(.command, recorded: recorded, live: live)
    }

    // MARK: - End

    private mutating func end(at now: Duration) -> [ReplayAction] {
        if phase == .ending, progress.hasEnded(as: plan.ending) {
            phase = .settling(until: now + settings.settle)
        }
        switch phase {
        case .settling(let until) where until <= now: return finish(.ended)
        case .stepping where nextDue == nil && patienceEnd <= now:
            return finish(.timedOut(waitingFor: awaitedNow?.kind ?? .accept))
        case .ending where patienceEnd <= now:
            return finish(progress.missing(of: plan.ending).map { .timedOut(waitingFor: $0) } ?? .silent)
        default: return []
        }
    }

    private mutating func finish(_ how: ReplayFinish) -> [ReplayAction] {
        phase = .finished
        return [.finish(how)]
    }
}

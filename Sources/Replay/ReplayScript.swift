// Reads from a trace who waited for whom. field-notes.md §4, R14 and R15.

import Dialects
import Sessions
import Traffic

/// The steps and the ending of a trace.
struct ReplayScript {
    private(set) var steps: [ReplayStep] = []
    private(set) var ending = ReplayEnding()

    private let isPeer: ReplayPlan.PeerTest
    private var lastAwaitable: AwaitedCandidate?
    private var counts: [UpgradeEvent.Kind: Int] = [:]

    private struct AwaitedCandidate {
        var awaited: AwaitedEvent
        var at: Timestamp
    }

    /// The kinds of message that answer or provoke something; the others come of their own accord.
    static let awaitable: Set<UpgradeEvent.Kind> = [
        .offer, .cancel, .versionQuery, .noUpdate, .poll, .accept, .reject, .progress, .result, .cancelAck,
        .version,
    ]

    private static let questions: Set<UpgradeEvent.Kind> = [.poll, .offer, .versionQuery]

    init(entries: [SessionTrace.Entry], isPeer: @escaping ReplayPlan.PeerTest) {
        self.isPeer = isPeer
        for (index, entry) in entries.enumerated() {
            guard case .message(let message, _, let event) = entry else { continue }
            if isPeer(event) {
                addStep(message, event)
            } else {
                note(event, entry: index)
            }
        }
        ending.longestSilence = longestSilence(in: entries)
    }

    // MARK: - Steps

    private mutating func addStep(_ message: Message, _ event: UpgradeEvent) {
        // What a broker hands out again at a subscription is state, not an act of the platform (R15).
        if message.isRetained, steps.contains(where: { $0.message.isSamePublish(as: message) }) { return }
        let first = steps.first?.message.recordedAt ?? message.recordedAt
        let offset = max(steps.last?.offset ?? .zero, message.recordedAt.duration(since: first))
        let step = ReplayStep(
            message: message,
            event: event,
            offset: offset,
            awaited: cause(of: message, event)
        )
        steps.append(step)
        if event.kind == .offer || event.kind == .noUpdate {
            ending.kinds = []
            ending.acceptsSoftResult = false
        }
    }

    /// What the step followed; the first step can only have followed a question with its id.
    private func cause(of message: Message, _ event: UpgradeEvent) -> AwaitedEvent? {
        guard var awaited = lastAwaitable?.awaited, let at = lastAwaitable?.at else { return nil }
        if steps.isEmpty, let asked = awaited.commandID, let answered = event.commandID, asked != answered {
            return nil
        }
        awaited.gap = max(.zero, message.recordedAt.duration(since: at))
        return awaited
    }

    // MARK: - The other side

    private mutating func note(_ event: UpgradeEvent, entry: Int) {
        // Before the first step only a question is a cause: a version report at connect is not repeated for us.
        guard Self.awaitable.contains(event.kind), !steps.isEmpty || Self.questions.contains(event.kind)
        else {
            return
        }
        counts[event.kind, default: 0] += 1
        let awaited = AwaitedEvent(
            entry: entry,
            kind: event.kind,
            occurrence: counts[event.kind, default: 1],
            percent: event.kind == .progress ? event.percent : nil,
            commandID: event.commandID
        )
        lastAwaitable = AwaitedCandidate(awaited: awaited, at: event.recordedAt)
        noteEnd(event)
    }

    private mutating func noteEnd(_ event: UpgradeEvent) {
        switch event.kind {
        case .result:
            ending.kinds.insert(.result)
            ending.acceptsSoftResult = event.isSoft
        case .reject, .cancelAck:
            ending.kinds.insert(event.kind)
        case .version where !steps.isEmpty:
            ending.kinds.insert(.version)
        default: break
        }
    }

    /// The longest gap that the other side let pass before a message or a request of its own.
    private func longestSilence(in entries: [SessionTrace.Entry]) -> Duration {
        var longest = Duration.zero
        var last: Timestamp?
        for entry in entries {
            let moments = moments(of: entry)
            if let last, moments.isOtherSide {
                longest = max(longest, moments.first.duration(since: last))
            }
            last = max(last ?? moments.last, moments.last)
        }
        return longest
    }

    private func moments(of entry: SessionTrace.Entry) -> (
        first: Timestamp, last: Timestamp, isOtherSide: Bool
    ) {
        switch entry {
        case .message(let message, _, let event): (message.recordedAt, message.recordedAt, !isPeer(event))
        case .transfer(let transfer, _): (transfer.exchange.requestedAt, transfer.exchange.endedAt, true)
        }
    }
}

extension Message {
    func isSamePublish(as other: Message) -> Bool {
        topic == other.topic && payload == other.payload
    }
}

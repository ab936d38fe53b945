// What the live side has sent so far, as far as steps and ending wait for it.

import Dialects
import Traffic

/// Counts the live side's messages and remembers when awaited ones came.
struct LiveProgress {
    /// When the live counterpart of an awaited message came, by the awaited one's entry number.
    private(set) var arrivals: [Int: Duration] = [:]

    private var counts: [UpgradeEvent.Kind: (count: Int, last: Duration)] = [:]
    private var highestPercent: (value: Double, at: Duration)?
    /// The furthest that the live side came since our last offer.
    private var furthest: (rank: Int, at: Duration)?
    /// Kinds of ends since the last offer.
    private var ends: Set<UpgradeEvent.Kind> = []
    private var lastResult: UpgradeEvent?

    /// Takes note of a message; before anything was published only polls mean something.
    mutating func note(_ event: UpgradeEvent, at now: Duration, hasPublished: Bool) {
        guard hasPublished || event.kind == .poll || event.kind == .offer || event.kind == .versionQuery
        else {
            return
        }
        counts[event.kind] = ((counts[event.kind]?.count ?? 0) + 1, now)
        if event.kind == .progress, let percent = event.percent, percent > highestPercent?.value ?? -.infinity
        {
            highestPercent = (percent, now)
        }
        if let rank = Self.rank(event), rank > furthest?.rank ?? 0 { furthest = (rank, now) }
        switch event.kind {
        case .result:
            lastResult = event
            ends.insert(.result)
        case .progress where lastResult?.isSoft == true:
            lastResult = nil
            ends.remove(.result)
        case .reject, .cancelAck, .version:
            ends.insert(event.kind)
        default: break
        }
    }

    /// Remembers when an awaited message came, if it has; a message that stands for more stands for it too.
    mutating func settle(_ awaited: AwaitedEvent) {
        guard arrivals[awaited.entry] == nil else { return }
        if let arrival = arrival(of: awaited) {
            arrivals[awaited.entry] = arrival
        } else if let furthest, let rank = Self.rank(awaited.kind), furthest.rank > rank {
            arrivals[awaited.entry] = furthest.at
        }
    }

    /// Takes note of a publish of ours; an offer opens the session anew.
    mutating func published(isOpening: Bool) {
        guard isOpening else { return }
        furthest = nil
        ends = []
        lastResult = nil
        highestPercent = nil
    }

    /// Whether the live session ended at least as far as the recorded one, or failed before.
    func hasEnded(as ending: ReplayEnding) -> Bool {
        if ends.contains(.reject) { return true }
        if let lastResult, !lastResult.isSoft || ending.acceptsSoftResult {
            return lastResult.isOK == false || missing(of: ending) == nil
        }
        return !ending.kinds.isEmpty && lastResult == nil && missing(of: ending) == nil
    }

    /// The first kind of end that has not come yet; results before confirmations.
    func missing(of ending: ReplayEnding) -> UpgradeEvent.Kind? {
        let order: [UpgradeEvent.Kind] = [.reject, .result, .cancelAck, .version]
        return order.first { ending.kinds.contains($0) && !ends.contains($0) }
    }

    private func arrival(of awaited: AwaitedEvent) -> Duration? {
        if awaited.kind == .progress, let percent = awaited.percent {
            return highestPercent.flatMap { $0.value >= percent ? $0.at : nil }
        }
        return counts[awaited.kind].flatMap { $0.count >= awaited.occurrence ? $0.last : nil }
    }

    private static func rank(_ event: UpgradeEvent) -> Int? { event.isSoft ? nil : rank(event.kind) }

    /// How far along an upgrade a message of the device stands.
    private static func rank(_ kind: UpgradeEvent.Kind) -> Int? {
        switch kind {
        case .accept: 1
        case .progress: 2
        case .result, .reject: 3
        default: nil
        }
    }
}

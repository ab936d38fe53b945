// The partial order within one upgrade. field-notes.md §4, R9.

import Dialects
import Sessions
import Traffic

/// One pair of facts that must come in order; equal instants are in order.
struct OrderRule: Sendable {
    /// Its name in a difference.
    let name: String
    /// When the facts came; `nil` when one of them did not.
    let moments: @Sendable (SessionTrace) -> (first: Timestamp, second: Timestamp)?

    /// How an order that was not kept stands in a difference.
    static let broken = "broken"

    /// How far copies of different paths and the ends of different sockets may overtake each other.
    private static let slack: Duration = .milliseconds(500)

    private static let all: [OrderRule] = [
        OrderRule(name: "offer-before-accept") { pair($0.first(.offer), $0.first(.accept)) },
        OrderRule(name: "accept-before-progress") { pair($0.first(.accept), $0.first(.progress)) },
        OrderRule(name: "progress-before-result") { pair($0.last(.progress), $0.lastFinalResult) },
        OrderRule(name: "offer-before-request") {
            pair($0.first(.offer), $0.artifactTransfers.first?.exchange.requestedAt)
        },
        OrderRule(name: "last-byte-before-result") { pair($0.lastByte, $0.lastFinalResult) },
    ]

    /// Compares in which order things happened, where they happened on both sides.
    static func compare(_ recorded: SessionTrace, _ observed: SessionTrace, in tally: inout Tally) {
        for rule in all {
            guard let before = rule.moments(recorded), let now = rule.moments(observed) else { continue }
            tally.compare(
                "order.\(rule.name)",
                .order,
                text(before),
                text(now),
                at: Moments(recorded: before.second, observed: now.second)
            )
        }
    }

    private static func text(_ moments: (first: Timestamp, second: Timestamp)) -> String {
        moments.second.duration(since: moments.first) >= .zero - slack ? "kept" : broken
    }

    private static func pair(_ first: Timestamp?, _ second: Timestamp?) -> (
        first: Timestamp, second: Timestamp
    )? {
        guard let first, let second else { return nil }
        return (first, second)
    }
}

extension SessionTrace {
    func first(_ kind: UpgradeEvent.Kind) -> Timestamp? {
        events.first { $0.kind == kind }?.recordedAt
    }

    func last(_ kind: UpgradeEvent.Kind) -> Timestamp? {
        events.last { $0.kind == kind }?.recordedAt
    }

    var lastFinalResult: Timestamp? {
        events.last { $0.kind == .result && !$0.isSoft }?.recordedAt
    }

    /// The last byte of the last download that came whole.
    var lastByte: Timestamp? {
        artifactTransfers.last { $0.exchange.end == .complete }?.exchange.endedAt
    }
}

// Ids differ between recording and replay, what they stand for does not. field-notes.md §4, R2 and R4.

import Dialects
import Traffic

/// Pairs of recorded and observed ids: bound where they first meet, held to it from then on.
struct IdentityBinding {
    /// A kind of id.
    struct Field: Sendable {
        let name: String
        let id: @Sendable (UpgradeEvent) -> String?
    }

    private static let fields: [Field] = [
        Field(name: "device") { $0.deviceID },
        Field(name: "product") { $0.productID },
        Field(name: "gateway") { $0.gatewayID },
        Field(name: "command") { $0.commandID },
        Field(name: "firmware") { $0.firmwareID },
    ]

    private var observedByRecorded: [String: [String: String]] = [:]
    private var recordedByObserved: [String: [String: String]] = [:]

    /// Compares the ids of two messages that stand for each other.
    mutating func compare(
        _ name: String,
        _ recorded: UpgradeEvent,
        _ observed: UpgradeEvent,
        at: Moments,
        in tally: inout Tally
    ) {
        for field in Self.fields {
            let (before, now) = (field.id(recorded), field.id(observed))
            guard before != nil || now != nil else { continue }
            let isBound = before.flatMap { before in now.map { bind(field.name, before, $0) } } ?? false
            tally.decide(isBound, "\(name).\(field.name)", .identity, before, now, at: at)
        }
    }

    /// Compares the ids of two streams: every observed id must stand for one that the recorded stream used.
    mutating func compareStreams(recorded: [UpgradeEvent], observed: [UpgradeEvent], in tally: inout Tally) {
        guard !recorded.isEmpty else { return }
        for field in Self.fields {
            let before = Set(recorded.compactMap(field.id))
            var seen: Set<String> = []
            for event in observed {
                guard let now = field.id(event), seen.count < EventComparison.limit, seen.insert(now).inserted
                else { continue }
                let isBound = recordedByObserved[field.name]?[now].map(before.contains) ?? false
                tally.decide(
                    isBound,
                    "progress.\(field.name)",
                    .identity,
                    before.min(),
                    now,
                    at: Moments(recorded: recorded.first?.recordedAt, observed: event.recordedAt)
                )
            }
        }
    }

    private mutating func bind(_ field: String, _ recorded: String, _ observed: String) -> Bool {
        if let bound = observedByRecorded[field]?[recorded] { return bound == observed }
        guard recordedByObserved[field]?[observed] == nil else { return false }
        observedByRecorded[field, default: [:]][recorded] = observed
        recordedByObserved[field, default: [:]][observed] = recorded
        return true
    }
}

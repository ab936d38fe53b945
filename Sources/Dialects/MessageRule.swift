// One kind of message of a dialect: its topics, its fields, and the events it can state.

/// A compiled entry of a definition's `messages`.
struct MessageRule: Sendable {
    /// One of the events that a message can state, and what must hold for it.
    struct Case: Sendable {
        /// A value that the case itself puts into the payload.
        struct Write: Hashable, Sendable {
            var path: [JSONStep]
            var literal: Literal
        }

        /// The event's kind; `nil` where the message is not the dialect's business.
        var kind: UpgradeEvent.Kind?
        /// `nil` holds always.
        var condition: Condition?
        /// What the case says about success, whatever the fields say.
        var isOK: Bool?
        var isSoft = false
        var code: String?
        /// Written beside the literals of the condition.
        var writes: [Write] = []

        /// Whether an event of this kind is written with this case.
        func states(_ event: UpgradeEvent) -> Bool {
            guard kind == event.kind, isSoft == event.isSoft else { return false }
            guard code == nil || event.code == nil || code == event.code else { return false }
            return isOK == nil || event.isOK == nil || isOK == event.isOK
        }
    }

    /// The slot of the payload as a whole: the empty path is every trie's first.
    static let rootSlot = 0

    var name: String
    var direction: Dialect.Direction
    var form = PayloadForm.json
    /// In the definition's order; the first whose captures the event can fill is written.
    var topics: [TopicPattern]
    var fields: [FieldRule]
    var cases: [Case]
    var paths: PathSlots
    /// What a text must look like; empty where any fits.
    var templates: [TextTemplate] = []
    /// The array whose elements are events of their own.
    var each: FieldRule.Place?
    /// Paths that say nothing about upgrades, and are no surprise.
    var known: [[JSONStep]] = []
    /// Whether keys that nothing knows are odd.
    var isStrict = false
    var bands: PhaseBands?
    var samples: [Sample] = []
}

extension MessageRule {
    /// Every place that fields and conditions look at.
    var places: [FieldRule.Place] {
        fields.flatMap { $0.places + ($0.algorithm.map { [$0] } ?? []) }
            + cases.flatMap { $0.condition?.places ?? [] } + (each.map { [$0] } ?? [])
    }
}

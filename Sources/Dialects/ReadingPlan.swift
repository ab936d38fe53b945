// What reading one kind of message needs, compiled from its rule.

/// A rule laid out for reading: flat, so that no message copies a rule, a path or a text.
///
/// Rules keep what composing needs and what people wrote; a plan names places by slot and texts by their range in
/// `texts`. One object for each rule of a dialect, shared by all that read it.
final class ReadingPlan: Sendable {
    /// How one field is read.
    struct Step: Sendable {
        var target: EventField
        var type: EventField.ValueType
        /// Stretches of `slots`, `literals` and `words`.
        var places: Stretch
        var absentValues: Stretch
        var words: Stretch
        /// A slot and a literal.
        var algorithm: Int32?
        var constant: Int32?
        var unit: FieldUnit?
        /// A bit for each kind of event that has the field.
        var kinds: UInt32
        var isWhole: Bool
        var isRequired: Bool
        var isLenient: Bool
        /// Its place among the plan's `defaults`.
        var defaultValue: Int32?
        /// Whether the value is read as it stands: no factor, no sign left out.
        var isPlain: Bool
        var ignoresSign: Bool
        var coerces: Bool
        /// Whether it stands in the payload and coerces as the dialect does.
        var isDirect: Bool
        var origin: FieldRule.Origin
        var foldsCase: Bool
        /// Whether a topic can state the field, too.
        var isIdentity: Bool
        /// Whether the payload's id counts more than the topic's.
        var isOverTopic: Bool
        /// Whether the field stands among those that events share.
        var isShared: Bool
    }

    /// A range of one of the plan's lists, in half the room: steps are copied for each message.
    struct Stretch: Sendable {
        private let start, end: Int32

        init(_ range: Range<Int>) {
            start = Int32(range.lowerBound)
            end = Int32(range.upperBound)
        }

        @inline(__always)
        var range: Range<Int> { Int(start)..<Int(end) }
    }

    /// A literal of the definition, its text as a range of `texts`.
    enum Value: Sendable {
        case null
        case flag(Bool)
        case number(Double)
        case text(Range<Int>)
    }

    /// A word of an enumeration.
    struct Word: Sendable {
        var text: Range<Int>
        var meaning: FieldRule.Word.Meaning
        /// Whether it stands for any text.
        var isAny: Bool
    }

    /// One of the events that the message can state.
    struct Case: Sendable {
        /// `nil` where the message is not the dialect's business.
        var kind: UpgradeEvent.Kind?
        /// The kind's bit.
        var kindBit: UInt32
        /// The test that must hold; `nil` holds always.
        var test: Int?
        var isOK: Bool?
        var isSoft: Bool
        var code: String?
    }

    /// The dialect's name and the rule's, as events carry them.
    let dialect: String
    let rule: String
    let direction: Dialect.Direction
    /// Whether numbers, strings and booleans stand in for each other.
    let coerces: Bool
    let form: PayloadForm
    /// Whether only a JSON object can state the fields.
    let needsObject: Bool
    let failures: [FailurePattern]
    let trie: PathTrie
    /// What texts must look like; empty where any does.
    let templates: [TextTemplate]
    /// The templates of conditions.
    let testTemplates: [TextTemplate]
    /// How elements become events; `nil` where the payload is one event.
    let fanOut: FanOut?
    let bands: PhaseBands?
    /// The paths that are no surprise, and whether others are odd.
    let known: KnownPaths
    let isStrict: Bool
    /// Whether a command id finds the device where a message names none.
    let findsDeviceByCommand: Bool
    /// Whether equal texts in a payload make equal texts of the event.
    let remembersTexts: Bool
    let defaults: [EventValue]
    /// One for each field of the rule that has a target, in its order.
    let steps: [Step]
    /// Those of the steps whose fields are not shared.
    let figureSteps: [Step]
    /// Every slot that a shared field is read from, once.
    let textSlots: [Int]
    let cases: [Case]
    let tests: [PayloadTest]
    let slots: [Int]
    let literals: [Value]
    let words: [Word]
    let texts: [UInt8]
    /// The paths by slot, as reasons name them.
    let names: [String]

    /// Compiles a rule of the dialect of that name.
    init(
        _ rule: MessageRule,
        of dialect: String,
        coerces: Bool,
        failures: [FailurePattern],
        findsDeviceByCommand: Bool = false
    ) {
        self.findsDeviceByCommand = findsDeviceByCommand
        var parts = ReadingPlanParts()
        self.dialect = dialect
        self.rule = rule.name
        direction = rule.direction
        self.coerces = coerces
        self.failures = failures
        form = rule.form
        let places = rule.places
        needsObject = rule.form == .json && !places.contains { $0.path.isEmpty && $0.scope == .payload }
        trie = rule.paths.trie
        templates = rule.templates
        fanOut = rule.each.map { FanOut(outer: rule.paths.outer, arraySlot: parts.slot(of: $0)) }
        bands = rule.bands
        known = KnownPaths(of: rule)
        isStrict = rule.isStrict
        remembersTexts = rule.each == nil && rule.fields.allSatisfy { $0.origin == .payload }
        steps = rule.fields.compactMap { parts.step(for: $0, coerces: coerces) }
        figureSteps = steps.filter { !$0.isShared }
        textSlots = parts.slots(of: steps.filter(\.isShared))
        cases = rule.cases.map { parts.case(for: $0) }
        defaults = parts.defaults
        tests = parts.tests
        testTemplates = parts.templates
        slots = parts.slots
        literals = parts.literals
        words = parts.words
        texts = parts.texts
        names = parts.names
    }
}

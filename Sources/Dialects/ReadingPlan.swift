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
        var isWhole: Bool
        var isRequired: Bool
        var isLenient: Bool
        var defaultFlag: Bool?
        /// Whether a topic can state the field, too.
        var isIdentity: Bool
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
        var flag: Bool
        /// Whether it stands for any text.
        var isAny: Bool
    }

    /// One of the events that the message can state.
    struct Case: Sendable {
        var kind: UpgradeEvent.Kind
        /// The test that must hold; `nil` holds always.
        var test: Int?
        var isOK: Bool?
        var isSoft: Bool
        var code: String?
    }

    /// The dialect's name and the rule's, as events carry them.
    let dialect: String
    let rule: String
    /// Whether numbers, strings and booleans stand in for each other.
    let coerces: Bool
    let takesAnyPayload: Bool
    let failures: [FailurePattern]
    let trie: PathTrie
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
    init(_ rule: MessageRule, of dialect: String, coerces: Bool, failures: [FailurePattern]) {
        var parts = ReadingPlanParts()
        self.dialect = dialect
        self.rule = rule.name
        self.coerces = coerces
        self.failures = failures
        takesAnyPayload = rule.takesAnyPayload
        trie = rule.trie
        steps = rule.fields.compactMap { parts.step(for: $0) }
        figureSteps = steps.filter { !$0.isShared }
        textSlots = parts.slots(of: steps.filter(\.isShared))
        cases = rule.cases.map { parts.case(for: $0) }
        tests = parts.tests
        slots = parts.slots
        literals = parts.literals
        words = parts.words
        texts = parts.texts
        names = parts.names
    }

    /// Finds the tokens of a payload, by a known shape if it has one.
    @inline(__always)
    func read(
        _ payload: RawSpan,
        into tokens: inout JSONScanner.Tokens,
        _ shapes: inout ShapeMemory,
        of rule: Int
    ) throws(Misfit) {
        if shapes.read(payload, of: rule, into: &tokens) { return }
        try scan(payload, into: &tokens)
        shapes.learn(payload, of: rule, tokens.span)
    }

    /// Scans a payload; where any payload fits, one that is not JSON reads as an empty object.
    func scan(_ payload: RawSpan, into tokens: inout JSONScanner.Tokens) throws(Misfit) {
        do throws(JSONFault) {
            try JSONScanner.scan(payload, for: trie, into: &tokens)
        } catch {
            guard takesAnyPayload else { throw .notJSON(error) }
            tokens = JSONScanner.Tokens(repeating: .absent)
        }
    }
}

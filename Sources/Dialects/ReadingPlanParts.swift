// Lays a rule out flat, list by list.

/// The lists of a reading plan while they grow.
struct ReadingPlanParts {
    var tests: [PayloadTest] = []
    var slots: [Int] = []
    var literals: [ReadingPlan.Value] = []
    var words: [ReadingPlan.Word] = []
    var texts: [UInt8] = []
    var names: [String] = []
    var defaults: [EventValue] = []
    var templates: [TextTemplate] = []

    /// How a field is read; `nil` for a key that is only written.
    mutating func step(for field: FieldRule, coerces: Bool) -> ReadingPlan.Step? {
        let places = places(field.places)
        guard let target = field.target else { return nil }
        return ReadingPlan.Step(
            target: target,
            type: target.valueType,
            places: .init(places),
            absentValues: .init(range(of: field.absentValues)),
            words: .init(range(of: field.words)),
            algorithm: field.algorithm.map { Int32(slot(of: $0)) },
            constant: field.constant.map { Int32(range(of: [$0]).lowerBound) },
            unit: field.unit,
            kinds: field.kinds.isEmpty ? .max : field.kinds.reduce(0) { $0 | $1.bit },
            isWhole: field.decimals == 0,
            isRequired: field.isRequired,
            isLenient: field.isLenient,
            defaultValue: field.defaultValue.map { Int32(index(of: $0)) },
            isPlain: !field.ignoresSign && (field.unit?.factor ?? 1) == 1,
            ignoresSign: field.ignoresSign,
            coerces: field.coerces,
            isDirect: field.coerces == coerces && field.origin == .payload,
            origin: field.origin,
            foldsCase: field.foldsCase,
            isIdentity: TopicCapture.allCases.contains { $0.field == target },
            isOverTopic: field.isOverTopic,
            isShared: target.isShared
        )
    }

    private mutating func index(of value: EventValue) -> Int {
        defaults.append(value)
        return defaults.count - 1
    }

    /// Every slot that some steps look at, once.
    func slots(of steps: [ReadingPlan.Step]) -> [Int] {
        Set(steps.flatMap { slots[$0.places.range] + ($0.algorithm.map { [Int($0)] } ?? []) }).sorted()
    }

    /// One of the events that a message can state.
    mutating func `case`(for rule: MessageRule.Case) -> ReadingPlan.Case {
        ReadingPlan.Case(
            kind: rule.kind,
            kindBit: rule.kind?.bit ?? 0,
            test: rule.condition.map { test(for: $0) },
            isOK: rule.isOK,
            isSoft: rule.isSoft,
            code: rule.code
        )
    }

    /// Adds a condition, followed by those it is made of, and gives its index.
    private mutating func test(for condition: Condition) -> Int {
        let index = tests.count
        tests.append(PayloadTest(kind: .all))
        switch condition {
        case .all(let conditions): for condition in conditions { _ = test(for: condition) }
        case .any(let conditions):
            tests[index].kind = .any
            for condition in conditions { _ = test(for: condition) }
        case .not(let condition):
            tests[index].kind = .not
            _ = test(for: condition)
        case .value(let places, let wanted):
            tests[index].kind = kind(of: wanted)
            tests[index].places = self.places(places)
        }
        tests[index].end = tests.count
        return index
    }

    private mutating func kind(of test: Condition.Test) -> PayloadTest.Kind {
        switch test {
        case .isOneOf(let literals): .isOneOf(range(of: literals))
        case .isSpelled(let literals): .isSpelled(range(of: literals))
        case .isText(let templates): .isText(range(of: templates))
        case .equals(let others): .equals(places(others))
        case .exists(let wanted): .exists(wanted)
        case .hasContent(let wanted): .hasContent(wanted)
        case .isBelow(let limit): .isBelow(limit)
        case .isAbove(let limit): .isAbove(limit)
        }
    }

    private mutating func places(_ places: [FieldRule.Place]) -> Range<Int> {
        let start = slots.count
        for place in places { slots.append(slot(of: place)) }
        return start..<slots.count
    }

    /// The slot of a place, whose name is noted.
    mutating func slot(of place: FieldRule.Place) -> Int {
        while names.count <= place.slot { names.append("") }
        names[place.slot] = place.name
        return place.slot
    }

    private mutating func range(of values: [Literal]) -> Range<Int> {
        let start = literals.count
        for value in values {
            switch value {
            case .null: literals.append(.null)
            case .flag(let flag): literals.append(.flag(flag))
            // What is no number equals none.
            case .number(let text): literals.append(.number(Double(text) ?? .nan))
            case .text(let text): literals.append(.text(range(of: text)))
            }
        }
        return start..<literals.count
    }

    private mutating func range(of templates: [TextTemplate]) -> Range<Int> {
        self.templates += templates
        return self.templates.count - templates.count..<self.templates.count
    }

    private mutating func range(of words: [FieldRule.Word]) -> Range<Int> {
        let start = self.words.count
        for word in words {
            let text = range(of: word.text)
            self.words.append(ReadingPlan.Word(text: text, meaning: word.meaning, isAny: word.isAny))
        }
        return start..<self.words.count
    }

    private mutating func range(of text: String) -> Range<Int> {
        let start = texts.count
        texts += text.utf8
        return start..<texts.count
    }
}

private extension UpgradeEvent.Kind {
    /// One bit for each kind.
    var bit: UInt32 { 1 << UInt32(Self.allCases.firstIndex(of: self) ?? 0) }
}

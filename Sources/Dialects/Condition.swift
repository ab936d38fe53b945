// What a payload must look like for a message to be of one kind. dialects.md §6, requirement 5.

/// A condition on the payload.
indirect enum Condition: Hashable, Sendable {
    /// What one value must be.
    enum Test: Hashable, Sendable {
        case isOneOf([Literal])
        /// One of these texts, without ASCII case.
        case isSpelled([Literal])
        /// A text that fits one of these templates.
        case isText([TextTemplate])
        /// The value at the first of these places that has one.
        case equals([FieldRule.Place])
        case exists(Bool)
        /// A string, array or object with something in it.
        case hasContent(Bool)
        case isBelow(Double)
        case isAbove(Double)
    }

    /// A value that the definition spells out, and where it stands.
    struct Spelled {
        var place: FieldRule.Place
        var literal: Literal
    }

    case all([Condition])
    case any([Condition])
    case not(Condition)
    /// A test of the first of these places that has a value.
    case value([FieldRule.Place], Test)

    /// The values that a message must carry to meet the condition, as far as they are spelled out.
    var literals: [Spelled] {
        switch self {
        case .all(let conditions): conditions.flatMap(\.literals)
        case .value(let places, .isOneOf(let literals)), .value(let places, .isSpelled(let literals)):
            if let place = places.first, let literal = literals.first {
                [Spelled(place: place, literal: literal)]
            } else {
                []
            }
        default: []
        }
    }

    /// Texts that meet the condition where no field gives one: templates with their holes left empty.
    var fillers: [Spelled] {
        switch self {
        case .all(let conditions): conditions.flatMap(\.fillers)
        case .value(let places, .isText(let templates)):
            if let place = places.first, let text = templates.first?.text(filledBy: { _ in nil }) {
                [Spelled(place: place, literal: .text(String(decoding: text, as: UTF8.self)))]
            } else {
                []
            }
        default: []
        }
    }

    /// The places that must stay empty for a message to meet the condition.
    var omissions: [FieldRule.Place] {
        switch self {
        case .all(let conditions): conditions.flatMap(\.omissions)
        case .value(let places, .exists(false)), .value(let places, .hasContent(false)): places
        default: []
        }
    }

    /// Every place that the condition looks at.
    var places: [FieldRule.Place] {
        switch self {
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.places)
        case .not(let condition): condition.places
        case .value(let places, .equals(let others)): places + others
        case .value(let places, _): places
        }
    }
}

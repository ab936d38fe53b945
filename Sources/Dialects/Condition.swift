// What a payload must look like for a message to be of one kind. dialects.md §6, requirement 5.

/// A condition on the payload.
indirect enum Condition: Hashable, Sendable {
    /// What one value must be.
    enum Test: Hashable, Sendable {
        case isOneOf([Literal])
        case exists(Bool)
        /// A string, array or object with something in it.
        case hasContent(Bool)
        case isBelow(Double)
        case isAbove(Double)
    }

    case all([Condition])
    case any([Condition])
    case not(Condition)
    /// A test of the first of these places that has a value.
    case value([FieldRule.Place], Test)

    /// The values that a message must carry to meet the condition, as far as they are spelled out.
    var literals: [(path: [String], literal: Literal)] {
        switch self {
        case .all(let conditions): conditions.flatMap(\.literals)
        case .value(let places, .isOneOf(let literals)):
            if let path = places.first?.path, let literal = literals.first { [(path, literal)] } else { [] }
        default: []
        }
    }
}

extension Condition {
    /// The paths that must stay empty for a message to meet the condition.
    var omissions: [[String]] {
        switch self {
        case .all(let conditions): conditions.flatMap(\.omissions)
        case .value(let places, .exists(false)), .value(let places, .hasContent(false)): places.map(\.path)
        default: []
        }
    }
}

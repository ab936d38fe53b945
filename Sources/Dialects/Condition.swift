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

    /// Whether the payload meets the condition.
    /// - Throws: where a boolean is asked for and something else is there.
    func holds(in reader: ValueReader) throws(Misfit) -> Bool {
        switch self {
        case .all(let conditions):
            for condition in conditions where try !condition.holds(in: reader) { return false }
            return true
        case .any(let conditions):
            for condition in conditions where try condition.holds(in: reader) { return true }
            return false
        case .not(let condition): return try !condition.holds(in: reader)
        case .value(let places, let test):
            guard let place = places.first(where: { reader.tokens[$0.slot].isPresent }) ?? places.first else {
                return false
            }
            return try test.holds(for: reader.tokens[place.slot], named: place.name, in: reader)
        }
    }

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

private extension Condition.Test {
    func holds(
        for token: JSONToken,
        named name: String,
        in reader: ValueReader
    ) throws(Misfit) -> Bool {
        switch self {
        case .isOneOf(let literals):
            if token.isPresent, literals.contains(where: \.isFlag) {
                _ = try reader.flag(ValueReader.Field(token: token, name: name), words: [])
            }
            return literals.contains { reader.matches(token, $0) }
        case .exists(let wanted): return token.isPresent == wanted
        // Two bytes are the quotes or brackets.
        case .hasContent(let wanted): return (token.isPresent && token.end - token.start > 2) == wanted
        case .isBelow(let limit): return reader.double(token).map { $0 < limit } ?? false
        case .isAbove(let limit): return reader.double(token).map { $0 > limit } ?? false
        }
    }
}

private extension Literal {
    var isFlag: Bool {
        if case .flag = self { true } else { false }
    }
}

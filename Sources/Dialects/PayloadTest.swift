// A condition laid out for reading. dialects.md §6, requirement 5.

/// One condition of a reading plan; those it is made of follow it.
struct PayloadTest: Sendable {
    /// What must hold.
    enum Kind: Sendable {
        /// All, any or none of the tests that follow, up to `end`.
        case all, any, not
        /// The value is one of a range of the plan's literals.
        case isOneOf(Range<Int>)
        /// The value is spelled like one of a range of the plan's literals, but for ASCII case.
        case isSpelled(Range<Int>)
        /// The value fits one of a range of the plan's templates.
        case isText(Range<Int>)
        /// The value equals that at the first of a range of the plan's slots that has one.
        case equals(Range<Int>)
        case exists(Bool)
        /// A string, array or object with something in it.
        case hasContent(Bool)
        case isBelow(Double)
        case isAbove(Double)
    }

    var kind: Kind
    /// The value's places, as a range of the plan's slots.
    var places = 0..<0
    /// The first test that is no part of this one.
    var end = 0
}

extension ValueReader {
    /// The event that the payload states; the first in order whose test holds.
    func matchingCase() throws(Misfit) -> Int {
        for index in plan.cases.indices {
            guard let test = plan.cases[index].test else { return index }
            if try holds(test) { return index }
        }
        throw .noCase
    }

    /// Whether a test holds.
    /// - Throws: where a boolean is asked for and something else is there.
    private func holds(_ index: Int) throws(Misfit) -> Bool {
        let test = plan.tests[index]
        var part = index + 1
        switch test.kind {
        case .all:
            while part < test.end {
                if try !holds(part) { return false }
                part = plan.tests[part].end
            }
            return true
        case .any:
            while part < test.end {
                if try holds(part) { return true }
                part = plan.tests[part].end
            }
            return false
        case .not: return try !holds(part)
        default:
            guard let slot = slotTested(by: test) else { return false }
            return try meets(test.kind, slot)
        }
    }

    /// The first of the places that has a value, or the first of all.
    private func slotTested(by test: PayloadTest) -> Int? {
        for place in test.places where tokens[plan.slots[place]].isPresent { return plan.slots[place] }
        return test.places.isEmpty ? nil : plan.slots[test.places.lowerBound]
    }

    private func meets(_ kind: PayloadTest.Kind, _ slot: Int) throws(Misfit) -> Bool {
        let token = tokens[slot]
        switch kind {
        case .isOneOf(let literals):
            if token.isPresent, hasFlag(literals) { _ = try flag(token, slot) }
            return matches(token, anyOf: literals)
        case .isSpelled(let literals): return isSpelled(token, literals)
        case .isText(let templates): return fits(token, templates)
        case .equals(let others):
            for place in others where tokens[plan.slots[place]].isPresent {
                return areEqual(token, tokens[plan.slots[place]])
            }
            return false
        case .exists(let wanted): return token.isPresent == wanted
        // Two bytes are the quotes or brackets.
        case .hasContent(let wanted):
            return (token.isPresent && token.range.count > (token.kind == .bareText ? 0 : 2)) == wanted
        case .isBelow(let limit): return double(token).map { $0 < limit } ?? false
        case .isAbove(let limit): return double(token).map { $0 > limit } ?? false
        case .all, .any, .not: return false
        }
    }

    private func isSpelled(_ token: JSONToken, _ literals: Range<Int>) -> Bool {
        for index in literals {
            if case .text(let wanted) = plan.literals[index] {
                if isText(token), spells(token, wanted, foldsCase: true) { return true }
            } else if matches(token, plan.literals[index]) {
                return true
            }
        }
        return false
    }

    private func hasFlag(_ literals: Range<Int>) -> Bool {
        for index in literals { if case .flag = plan.literals[index] { return true } }
        return false
    }
}

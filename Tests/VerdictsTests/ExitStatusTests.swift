// Exit codes of replays.

import Testing
import Traffic

@testable import Verdicts

struct ExitStatusTests {
    private static let finding = Difference(field: "result.code", rule: "exact", recorded: "a", observed: "b")
    private static let consequence = Difference(
        field: "result.code",
        rule: "exact",
        recorded: "a",
        observed: "b",
        isExplained: true
    )

    private func status(
        _ kind: Verdict.Kind,
        _ differences: [Difference] = [],
        expecting: Verdict.Kind? = nil,
        isOutcomeOnly: Bool = false
    ) -> Int32 {
        let verdict = Verdict(kind: kind, reason: "", differences: differences)
        return ExitStatus(of: verdict, expecting: expecting, isOutcomeOnly: isOutcomeOnly).rawValue
    }

    @Test(
        arguments: [
            (.stable, 0), (.fixed, 0), (.reproduced, 0), (.regressed, 1), (.changed, 1), (.error, 2),
            (.inconclusive, 4),
        ] as [(Verdict.Kind, Int32)]
    )
    func `every verdict has its code`(kind: Verdict.Kind, code: Int32) {
        #expect(status(kind) == code)
    }

    @Test func `an unexplained difference spoils a pass unless only the outcome counts`() {
        #expect(status(.stable, [Self.finding]) == 1)
        #expect(status(.stable, [Self.consequence]) == 0)
        #expect(status(.fixed, [Self.consequence, Self.finding]) == 1)
        #expect(status(.stable, [Self.finding], isOutcomeOnly: true) == 0)
        #expect(status(.regressed, [], isOutcomeOnly: true) == 1)
    }

    @Test(arguments: Verdict.Kind.allCases, Verdict.Kind.allCases)
    func `only the expected verdict passes, the others keep saying what they are`(
        kind: Verdict.Kind,
        expected: Verdict.Kind
    ) {
        let code = status(kind, expecting: expected)
        switch kind {
        case expected: #expect(code == 0)
        case .error: #expect(code == 2)
        case .inconclusive: #expect(code == 4)
        default: #expect(code == 1)
        }
    }

    @Test func `an expected verdict is spoilt by unexplained differences like any other`() {
        #expect(status(.regressed, [Self.finding], expecting: .regressed) == 1)
        #expect(status(.regressed, [Self.finding], expecting: .regressed, isOutcomeOnly: true) == 0)
        #expect(status(.inconclusive, [Self.finding], expecting: .inconclusive) == 0)
    }
}

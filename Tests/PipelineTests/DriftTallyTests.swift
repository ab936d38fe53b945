// What counts as drift.

import Dialects
import Testing
import Traffic

@testable import Pipeline

struct DriftTallyTests {
    @Test(
        arguments: [
            ("invalid JSON at byte 7: unexpected byte", "invalid JSON"),
            ("field a.b: unexpected \"x y\"", "field a.b: unexpected value"),
            ("field a: expected integer, got string", "field a: expected integer, got string"),
            ("field a: expected integer, got 12.5", "field a: expected integer, got another"),
            ("no case of m fits", "no case of m fits"),
        ]
    )
    func `takes reasons for one that differ in a value only`(reason: String, expected: String) {
        #expect(DriftTally.reasonClass(reason) == expected)
    }

    @Test func `tells a key that all messages had and none has any more`() {
        var tally = DriftTally()
        for day in 1...6 {
            tally.take(Self.message(keys: day <= 3 ? ["a", "b"] : ["a"]), at: Timestamp(seconds: Int64(day)))
        }
        #expect(tally.findings.map(\.field) == ["b"])
        #expect(tally.findings.first?.kind == .vanishedField)
        #expect(tally.findings.first?.lastSeen == Timestamp(seconds: 3))
    }

    @Test func `does not miss a key that comes and goes, or that too few messages had`() {
        var tally = DriftTally()
        for (number, keys) in [["a"], ["b"], ["a"], ["c"], ["c"], ["c"]].enumerated() {
            tally.take(Self.message(keys: keys), at: Timestamp(seconds: Int64(number)))
        }
        #expect(tally.findings.isEmpty)
    }

    @Test func `stays within its bound and counts what is beyond`() {
        var tally = DriftTally(limit: 2)
        for number in 1...5 {
            tally.take(Self.message(keys: ["k\(number)"], isKnown: false), at: Timestamp(seconds: 0))
        }
        #expect(tally.findings.count == 2)
        #expect(tally.uncounted == 3)
    }

    private static func message(keys: [String], isKnown: Bool = true) -> ExaminedMessage {
        let time = Timestamp(seconds: 0)
        return ExaminedMessage(
            dialect: "mine",
            template: "a/{device}",
            event: UpgradeEvent(kind: .log, recordedAt: time, dialect: "mine", rule: "m", deviceID: "1"),
            payloadText: "",
            keys: keys.map { ExaminedMessage.Key(path: $0, value: "1", isKnown: isKnown) },
            secrets: []
        )
    }
}

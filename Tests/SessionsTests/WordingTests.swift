// Figures as people read them.

import Testing

@testable import Sessions

struct WordingTests {
    @Test(
        arguments: [
            (0, "0"), (999, "999"), (1_000, "1 000"), (-135_120, "-135 120"),
            (Int64.min, "-9 223 372 036 854 775 808"),
        ] as [(Int64, String)]
    )
    func `groups digits by three`(number: Int64, text: String) {
        #expect(number.grouped == text)
    }

    @Test(arguments: [(0.0, "0.0 s"), (30.26, "30.2 s"), (-1.5, "-1.5 s"), (-0.05, "0.0 s")])
    func `shows a duration in seconds`(seconds: Double, text: String) {
        #expect(Duration.seconds(seconds).shown == text)
    }

    @Test(arguments: [(46.0, "46"), (46.5, "46.5"), (1e300, "1e+300"), (.nan, "nan"), (.infinity, "inf")])
    func `shows a number without a needless fraction`(number: Double, text: String) {
        #expect(number.shown == text)
    }

    @Test func `abridges a digest`() {
        #expect("9f86d081884c".abridged == "9f86d081…")
        #expect("9f86".abridged == "9f86")
    }
}

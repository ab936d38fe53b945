// Instants, civil dates and their edges.

import Testing
import Traffic

@Test(
    arguments: [
        (0, "1970-01-01T00:00:00.000000000Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
        (1_795_307_931_622_270_336, "2026-11-22T00:38:51.622270336Z"),
        (Int64.max, "2262-04-11T23:47:16.854775807Z"),
        (Int64.min, "1677-09-21T00:12:43.145224192Z"),
    ] as [(Int64, String)]
)
func `writes an instant as RFC 3339 and reads its fields back`(nanoseconds: Int64, text: String) {
    let instant = Timestamp(nanoseconds: nanoseconds)
    #expect(instant.description == text)
    #expect(CivilTime(instant).year == Int(text.prefix(4)))
}

@Test(arguments: [0, 951_782_399_999_999_999, 1_709_164_800_000_000_000, -86_400_000_000_001] as [Int64])
func `turns civil fields back into the same instant`(nanoseconds: Int64) {
    let instant = Timestamp(nanoseconds: nanoseconds)
    #expect(CivilTime(instant).timestamp == instant)
}

@Test func `truncates decimals and leaves them out at none`() {
    let instant = Timestamp(nanoseconds: 1_999_999_999)
    #expect(instant.text(decimals: 3) == "1970-01-01T00:00:01.999Z")
    #expect(instant.text(decimals: 0) == "1970-01-01T00:00:01Z")
}

@Test func `saturates where captured bytes claim impossible times`() {
    #expect(Timestamp(seconds: .max).nanoseconds == .max)
    #expect(Timestamp(seconds: .min).nanoseconds == .min)
    #expect(Timestamp(nanoseconds: .max).advanced(by: .seconds(1)).nanoseconds == .max)
    let span = Timestamp(nanoseconds: .max).duration(since: Timestamp(nanoseconds: .min))
    #expect(span.wholeNanoseconds == .max)
    let earliest = Timestamp(nanoseconds: .min)
    #expect(earliest.duration(since: earliest) == .zero)
    #expect(earliest.duration(since: Timestamp(nanoseconds: 1)).wholeNanoseconds == .min)
}

@Test func `gives durations in the store's units`() {
    #expect(Duration.microseconds(1_500).milliseconds == 1.5)
    #expect(Duration.milliseconds(-250).seconds == -0.25)
}

// Figures as people read them, and no crash on figures that nobody reads.

import Testing

@testable import Reports

struct FiguresTests {
    @Test(
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"), (1_048_575, "1.0 MiB"),
            (1_048_576, "1.0 MiB"), (12_582_912, "12.0 MiB"), (-2_048, "-2.0 KiB"), (Int64.max, "8.0 EiB"),
            (Int64.min, "-8.0 EiB"),
        ] as [(Int64, String)]
    )
    func `byte counts come in binary units`(count: Int64, expected: String) {
        #expect(Figures.bytes(count) == expected)
    }

    @Test(
        arguments: [
            (.zero, "0 µs"), (.microseconds(850), "850 µs"), (.nanoseconds(999_600), "1 ms"),
            (.milliseconds(312), "312 ms"), (.microseconds(999_600), "1.00 s"),
            (.milliseconds(4_210), "4.21 s"),
            (.milliseconds(59_999), "1 min 00 s"), (.seconds(185), "3 min 05 s"),
            (.seconds(7_380), "2 h 03 min"),
            (.seconds(-2), "-2.00 s"), (.nanoseconds(Int64.max), "2562047 h 47 min"),
        ] as [(Duration, String)]
    )
    func `durations come in the unit that suits them`(duration: Duration, expected: String) {
        #expect(Figures.duration(duration) == expected)
    }

    @Test(arguments: [
        (500.0, "500 B/s"), (1_258_291.2, "1.2 MiB/s"), (.infinity, "inf EiB/s"), (.nan, "nan B/s"),
    ])
    func `rates come in binary units and captured nonsense does not crash`(rate: Double, expected: String) {
        #expect(Figures.rate(rate) == expected)
    }

    @Test(arguments: [
        (0.0, 3, "0"), (1.5, 3, "1.5"), (-0.0004, 3, "0"), (2.0005, 3, "2.001"), (-1.25, 1, "-1.3"),
        (1e300, 3, "1e+300"), (.nan, 3, "nan"), (99.96, 1, "100"),
    ])
    func `decimals are rounded and trailing zeros left out`(value: Double, places: Int, expected: String) {
        #expect(Figures.decimal(value, places: places) == expected)
    }
}

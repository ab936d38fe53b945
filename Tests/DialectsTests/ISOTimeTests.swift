// ISO 8601 as devices write it.

import Testing
import Traffic

@testable import Dialects

struct ISOTimeTests {
    @Test(
        arguments: [
            ("2023-10-27T10:00:00Z", 1_698_400_800, 0),
            ("2023-10-27T10:00:05.123456Z", 1_698_400_805, 123_456_000),
            ("2023-10-27T19:00:00+09:00", 1_698_400_800, 0), ("2023-10-27T19:00:00+0900", 1_698_400_800, 0),
            ("2023-10-27 05:00:00-05:00", 1_698_400_800, 0), ("2023-10-27t10:00:00z", 1_698_400_800, 0),
            ("2023-10-27T10:00:00.1234567899Z", 1_698_400_800, 123_456_789),
            ("2024-02-29T00:00:00Z", 1_709_164_800, 0), ("1970-01-01T00:00:00,5Z", 0, 500_000_000),
        ] as [(String, Int64, Int64)]
    )
    func `reads times with a zone`(text: String, seconds: Int64, nanoseconds: Int64) {
        #expect(ISOTime.timestamp(text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(
        arguments: [
            "", "2023", "2023-10-27T10:00:00", "2023-13-27T10:00:00Z", "2023-02-29T10:00:00Z",
            "2023-10-27T24:00:00Z", "2023-10-27T10:60:00Z", "2023-10-27T10:00:00.Z", "2023-10-27T10:00:00Zx",
            "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "2023-10-27T10:00:00+9", "2023-1a-27T10:00:00Z",
            "2023-10-00T10:00:00Z", "2023-10-27T10:00:00+24:00",
        ]
    )
    func `refuses what names no instant`(text: String) {
        #expect(ISOTime.timestamp(text) == nil)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (999, "1970-01-01T00:00:00Z"), (1_000, "1970-01-01T00:00:00.000001Z"),
    ])
    func `writes microseconds, and no fraction when they are zero`(nanoseconds: Int64, expected: String) {
        #expect(ISOTime.pythonText(Timestamp(nanoseconds: nanoseconds)) == expected)
    }
}

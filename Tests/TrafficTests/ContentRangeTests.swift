// RFC 9110 §14.4.

import Testing
import Traffic

struct ContentRangeTests {
    @Test func `reads first, last and total`() throws {
        let range = try #require(ContentRange("bytes 16380-40950/40951"))
        #expect((range.first, range.last, range.total, range.count) == (16_380, 40_950, 40_951, 24_571))
        #expect(ContentRange("Bytes 0-9/*") != nil)
        #expect(ContentRange("bytes 0-9/*")?.total == nil)
    }

    @Test(arguments: [
        "", "bytes", "bytes */100", "bytes 5-4/10", "lines 0-9/10", "bytes 0-9", "bytes a-9/10",
        "bytes -5-9/10",
        "bytes 0-/10", "bytes +0-9/10", "bytes 0-99999999999999999999/*", "bytes 0-9223372036854775807/*",
    ])
    func `refuses what is no satisfied range of bytes`(text: String) {
        #expect(ContentRange(text) == nil)
    }

    // "A Content-Range field value is invalid if … a complete-length value less than or equal to its last-pos".
    @Test(arguments: ["bytes 0-9/9", "bytes 0-9/5", "bytes 0-9/x", "bytes 0-9/"])
    func `refuses a total that the range exceeds`(text: String) {
        #expect(ContentRange(text) == nil)
    }
}

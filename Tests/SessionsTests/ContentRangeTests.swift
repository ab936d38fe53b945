// RFC 9110 §14.4.

import Testing

@testable import Sessions

struct ContentRangeTests {
    @Test func `reads first, last and total`() throws {
        let range = try #require(ContentRange("bytes 16380-40950/40951"))
        #expect((range.first, range.last, range.total) == (16_380, 40_950, 40_951))
        #expect(ContentRange("bytes 0-9/*")?.total == nil)
        #expect(ContentRange("Bytes 0-9/10")?.last == 9)
    }

    @Test(
        arguments: [
            "", "bytes", "bytes */10", "bytes 5-2/10", "bytes -5-2/10", "items 0-9/10", "bytes 0-9",
            "bytes 0-9/10 x",
            "bytes 0-99999999999999999999/1",
        ]
    )
    func `refuses anything else`(text: String) {
        #expect(ContentRange(text) == nil)
    }

    @Test func `does not believe a total that the range passes`() {
        #expect(ContentRange("bytes 0-9/5")?.total == nil)
    }
}

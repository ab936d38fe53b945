// What was written of late.

import Testing

@testable import Pipeline

struct WrittenWatchTests {
    @Test func `tells what was the newest so long ago, and at the start what is the newest`() {
        var watch = WrittenWatch(span: .seconds(60))
        let start = ContinuousClock.now
        func newest(at seconds: Int, _ id: Int64) -> Int64 {
            watch.lastBefore(start + .seconds(seconds), newest: id)
        }
        #expect(newest(at: 0, 10) == 10)
        #expect(newest(at: 20, 20) == 10)
        #expect(newest(at: 59, 30) == 10)
        #expect(newest(at: 79, 40) == 10)
        #expect(newest(at: 80, 50) == 20)
        #expect(newest(at: 500, 60) == 50)
        #expect(newest(at: 560, 70) == 60)
    }
}

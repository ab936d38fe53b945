// Sets of byte ranges.

import Testing

@testable import Digests

@Test func `counts every byte once, in whatever order ranges come`() {
    var seed: UInt64 = 3
    for _ in 0..<200 {
        var coverage = ByteCoverage()
        var bytes: Set<Int64> = []
        for _ in 0..<40 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let start = Int64(seed >> 40) % 200
            let range = start..<start + Int64(seed >> 20) % 20
            coverage.add(range)
            bytes.formUnion(range)
            #expect(coverage.count == Int64(bytes.count))
        }
        for (left, right) in zip(coverage.ranges, coverage.ranges.dropFirst()) {
            #expect(left.upperBound < right.lowerBound)
        }
    }
}

@Test func `holds a bounded number of ranges and says less rather than more`() {
    var coverage = ByteCoverage()
    for index in 0..<Int64(2 * ByteCoverage.limit) { coverage.add(index * 2..<index * 2 + 1) }
    #expect(coverage.ranges.count == ByteCoverage.limit)
    #expect(coverage.count == Int64(ByteCoverage.limit))
    coverage.add(0..<Int64(2 * ByteCoverage.limit))
    #expect(coverage.ranges.count == 1)
}

// What is remembered of deliveries, to know them when they come again.

import Testing

@testable import Spool

struct TakenPrintsTests {
    private var prints = TakenPrints()

    private func all() -> [String] {
        var found: [String] = []
        prints.forEach { found.append("\($0):\($1)") }
        return found
    }

    @Test mutating func `remembers the latest four under each packet id`() {
        #expect(!prints.contains(0, under: 0))
        for print in 1...6 as ClosedRange<UInt32> { prints.add(print, under: 7) }
        prints.add(9, under: .max)
        #expect(!prints.contains(2, under: 7))
        #expect((3...6).allSatisfy { prints.contains($0, under: 7) })
        #expect(!prints.contains(9, under: 7))
        #expect(prints.count == 5)
        #expect(all() == ["7:3", "7:4", "7:5", "7:6", "65535:9"])
    }

    @Test mutating func `takes additions back, the last one first`() {
        for print in 1...4 as ClosedRange<UInt32> { prints.add(print, under: 7) }
        let before = all()
        let additions = [(7, 5), (8, 1), (7, 6)].map { packetID, print in
            TakenPrints.Addition(packetID: packetID, left: prints.add(print, under: packetID))
        }
        prints.takeBack(additions)
        #expect(all() == before)
        #expect(prints.count == 4)
    }
}

// Numbers by hash, colliding or not.

import Testing

@testable import Wire

/// All numbers under a hash.
private func numbers(_ index: FlowIndex, under hash: UInt32) -> Set<UInt32> {
    var position = index.home(of: hash)
    var found: Set<UInt32> = []
    while let number = index.next(hash, from: &position) { found.insert(number) }
    return found
}

@Test func `finds every number under a hash that several share`() {
    var index = FlowIndex()
    for number in 1...5 as ClosedRange<UInt32> { index.insert(number, under: 64) }
    index.insert(9, under: 0)
    #expect(numbers(index, under: 64) == [1, 2, 3, 4, 5])
    index.remove(3, under: 64)
    index.remove(3, under: 64)
    #expect(numbers(index, under: 64) == [1, 2, 4, 5])
    #expect(numbers(index, under: 0) == [9])
    #expect(numbers(index, under: 128).isEmpty)
}

@Test func `agrees with a dictionary of sets while it grows and shrinks`() {
    var random = SeededGenerator(seed: 5)
    var index = FlowIndex()
    var model: [UInt32: Set<UInt32>] = [:]
    for _ in 0..<20_000 {
        // Few hashes, near each other and near the end of the table, so that runs of entries wrap and meet.
        let hash = UInt32.random(in: 0..<90, using: &random) &- 20
        let number = UInt32.random(in: 0..<8, using: &random)
        if model[hash, default: []].contains(number) {
            index.remove(number, under: hash)
            model[hash]?.remove(number)
        } else {
            index.insert(number, under: hash)
            model[hash, default: []].insert(number)
        }
        #expect(numbers(index, under: hash) == model[hash])
    }
    for (hash, expected) in model { #expect(numbers(index, under: hash) == expected) }
}

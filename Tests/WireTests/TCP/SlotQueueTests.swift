// A queue from whose middle any number can be taken.

import Testing

@testable import Wire

/// The numbers in their order, taken out one by one.
private func drained(_ queue: SlotQueue) -> [Int] {
    var rest = queue
    var numbers: [Int] = []
    while let slot = rest.oldest {
        rest.remove(slot)
        numbers.append(slot)
    }
    return numbers
}

@Test func `gives numbers in the order they came, whichever were taken out between`() {
    var queue = SlotQueue()
    for slot in [7, 0, 3, 9] { queue.append(slot) }
    #expect(drained(queue) == [7, 0, 3, 9])
    queue.remove(0)
    queue.moveToEnd(7)
    queue.moveToEnd(7)
    #expect(drained(queue) == [3, 9, 7])
    #expect(queue.count == 3)
    #expect(queue.contains(9) && !queue.contains(0) && !queue.contains(1_000))
}

@Test func `agrees with an array under seeded changes`() {
    var random = SeededGenerator(seed: 3)
    var queue = SlotQueue()
    var array: [Int] = []
    for _ in 0..<5_000 {
        let slot = Int.random(in: 0..<20, using: &random)
        switch (queue.contains(slot), Bool.random(using: &random)) {
        case (false, _):
            queue.append(slot)
            array.append(slot)
        case (true, false):
            queue.remove(slot)
            array.removeAll { $0 == slot }
        case (true, true):
            queue.moveToEnd(slot)
            array.removeAll { $0 == slot }
            array.append(slot)
        }
        #expect(queue.oldest == array.first && queue.count == array.count)
    }
    #expect(drained(queue) == array)
}

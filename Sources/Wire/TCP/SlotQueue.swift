// A queue of slot numbers from whose middle any can be taken.

/// Slot numbers in the order in which they were appended: a doubly linked list in one array.
///
/// Every operation is O(1); a number is in the queue once or not at all.
struct SlotQueue: Sendable {
    private struct Link: Sendable {
        var older: Int32
        var newer: Int32
    }

    /// No neighbour on this side.
    private static let none: Int32 = -1
    /// Not in the queue.
    private static let absent = Link(older: -2, newer: -2)

    private var links: [Link] = []
    private var first = SlotQueue.none
    private var last = SlotQueue.none
    /// How many there are.
    private(set) var count = 0

    /// The number that was appended first.
    var oldest: Int? { first < 0 ? nil : Int(first) }

    /// Whether a number is in the queue.
    func contains(_ slot: Int) -> Bool { slot < links.count && links[slot].older != Self.absent.older }

    /// Appends a number that is not in the queue.
    mutating func append(_ slot: Int) {
        while slot >= links.count { links.append(Self.absent) }
        links[slot] = Link(older: last, newer: Self.none)
        if last >= 0 { links[Int(last)].newer = Int32(slot) } else { first = Int32(slot) }
        last = Int32(slot)
        count += 1
    }

    /// Takes a number out that is in the queue.
    mutating func remove(_ slot: Int) {
        let link = links[slot]
        if link.older >= 0 { links[Int(link.older)].newer = link.newer } else { first = link.newer }
        if link.newer >= 0 { links[Int(link.newer)].older = link.older } else { last = link.older }
        links[slot] = Self.absent
        count -= 1
    }

    /// Makes a number that is in the queue the last one.
    mutating func moveToEnd(_ slot: Int) {
        guard last != Int32(slot) else { return }
        remove(slot)
        append(slot)
    }
}

// The connections that the writer has met, so that it need not look one up for every message.

import Traffic

/// Ids of connections by their vantage; bounded.
///
/// A connection's number is its place, modulo the size: numbers are given in turn, so that few meet at one place. One
/// that gives way to another is looked up in the store when it is needed again.
struct ConnectionIDs: Sendable {
    private struct Slot {
        var vantage: Vantage
        var id: Int64
    }

    /// Places there may be.
    private static let limit = 65_536

    private var slots: [Slot?] = []

    /// The id of a connection; `nil` when it was not met lately.
    subscript(vantage: Vantage) -> Int64? {
        guard !slots.isEmpty, let slot = slots[place(of: vantage)], slot.vantage == vantage else {
            return nil
        }
        return slot.id
    }

    /// Notes the id of a connection.
    mutating func note(_ id: Int64, of vantage: Vantage) {
        if slots.isEmpty { slots = Array(repeating: nil, count: 256) }
        while let other = slots[place(of: vantage)], other.vantage != vantage, slots.count < Self.limit {
            grow()
        }
        slots[place(of: vantage)] = Slot(vantage: vantage, id: id)
    }

    private mutating func grow() {
        let met = slots
        slots = Array(repeating: nil, count: met.count * 2)
        for case let slot? in met { slots[place(of: slot.vantage)] = slot }
    }

    /// The count of places is a power of two.
    private func place(of vantage: Vantage) -> Int {
        let spread = vantage.connection &+ Int(truncatingIfNeeded: vantage.recordingID) &* 40_503
        return spread & (slots.count - 1)
    }
}

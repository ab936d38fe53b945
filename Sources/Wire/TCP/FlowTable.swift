// The TCP connections being followed, least recently active first out.

import Traffic

/// Connections by key, in the order of their last packet.
///
/// Slots are reused; a doubly linked list through them keeps the order, so that finding, touching and removing a
/// connection are all O(1).
struct FlowTable: Sendable {
    private struct Slot {
        var connection: TCPConnection
        /// The connection's key in the VLANs of its other direction, where they differ.
        var otherKey: FlowKey?
        var older: Int?
        var newer: Int?
    }

    private var slots: [Slot] = []
    private var free: [Int] = []
    private var index: [FlowKey: Int] = [:]
    private var oldest: Int?
    private var newest: Int?

    /// Number of connections.
    private(set) var count = 0
    /// The slot of the longest silent connection.
    var longestSilent: Int? { oldest }
    /// The slot of a connection; `nil` when it is not followed.
    ///
    /// A direction that is heard for the first time may be in other VLANs than the opposite one; a SYN may not, since
    /// the same addresses in two VLANs are two connections.
    mutating func slot(of key: FlowKey, from side: Side, opens: Bool) -> Int? {
        if let slot = index[key] { return slot }
        guard !opens, let slot = index[key.inAnyVLAN], slots[slot].connection.isSilent(side) else {
            return nil
        }
        guard slots[slot].otherKey == nil else { return nil }
        slots[slot].otherKey = key
        index[key] = slot
        return slot
    }

    /// The slot that became active after this one.
    func slot(after slot: Int) -> Int? { slots[slot].newer }

    /// The serial number of the connection in a slot, live or not.
    func serial(in slot: Int) -> Int { slots[slot].connection.serial }

    /// The connection in a slot, changed in place.
    subscript(slot: Int) -> TCPConnection {
        _read { yield slots[slot].connection }
        _modify { yield &slots[slot].connection }
    }

    /// Follows a connection, as the most recently active one.
    mutating func insert(_ connection: TCPConnection) -> Int {
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot].connection = connection
        } else {
            slot = slots.count
            slots.append(Slot(connection: connection))
        }
        index[connection.key] = slot
        index[connection.key.inAnyVLAN] = slot
        count += 1
        link(slot)
        return slot
    }

    /// Makes a connection the most recently active one.
    mutating func touch(_ slot: Int) {
        guard newest != slot else { return }
        unlink(slot)
        link(slot)
    }

    /// Stops following a connection.
    mutating func remove(_ slot: Int) {
        unlink(slot)
        let key = slots[slot].connection.key
        index[key] = nil
        if index[key.inAnyVLAN] == slot { index[key.inAnyVLAN] = nil }
        if let otherKey = slots[slot].otherKey { index[otherKey] = nil }
        slots[slot].otherKey = nil
        count -= 1
        slots[slot].connection.forget()
        free.append(slot)
    }

    private mutating func link(_ slot: Int) {
        slots[slot].older = newest
        slots[slot].newer = nil
        if let newest { slots[newest].newer = slot } else { oldest = slot }
        newest = slot
    }

    private mutating func unlink(_ slot: Int) {
        let (older, newer) = (slots[slot].older, slots[slot].newer)
        if let older { slots[older].newer = newer } else { oldest = newer }
        if let newer { slots[newer].older = older } else { newest = older }
    }
}

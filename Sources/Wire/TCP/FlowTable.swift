// The TCP connections being followed, the least valuable and longest silent first out.

import BasicContainers
import Traffic

/// Connections by key, each in a slot of its own that never moves, and the order in which they may be given up.
///
/// Finding, touching, ranking and removing a connection are O(1).
struct FlowTable: ~Copyable, Sendable {
    /// A connection with what the table keeps of it; not private, which debug builds of Swift 6.3 cannot link.
    struct Slot: ~Copyable, Sendable {
        /// The connection.
        var connection: TCPConnection
        /// What it is worth, as last settled.
        var standing: TCPConnection.Standing = .opening
        /// The VLANs of the connection's other direction, where they differ.
        var otherVLAN: UInt64?
        /// Memory held, as last told to `holders`.
        var cost = 0
    }

    /// Under which of its keys a connection is filed.
    private enum Name: UInt32 { case own, inAnyVLAN, other }

    /// Slots that are set aside at once: memory that is not touched is not resident.
    private static let reserve = 1 << 16

    /// The most connections that the index can tell apart.
    static let mostConnections = 1 << 28

    private let secret = HashSecret()
    private var slots = UniqueArray<Slot>(minimumCapacity: FlowTable.reserve)
    private var free: [Int32] = []
    private var index = FlowIndex()
    private var opening = SlotQueue()
    private var unread = SlotQueue()
    private var http = SlotQueue()
    private var mqtt = SlotQueue()
    private var holders = SlotQueue()

    /// Memory that all connections hold.
    private(set) var cost = 0
    /// Number of connections.
    var count: Int { opening.count + unread.count + http.count + mqtt.count }
    /// Number of connections without content, or over.
    var openingCount: Int { opening.count }
    /// The slot of some connection; `nil` when there is none.
    var any: Int? { opening.oldest ?? unread.oldest ?? http.oldest ?? mqtt.oldest }
    /// The slot of the connection that has held memory for longest without a packet.
    var longestHolding: Int? { holders.oldest }

    /// The slot of a connection in exactly these VLANs; `nil` when it is not followed.
    func slot(of key: FlowKey) -> Int? { find(key) }

    /// The slot of a connection; `nil` when it is not followed.
    ///
    /// A direction that is heard for the first time may be in other VLANs than the opposite one; a SYN may not, since
    /// the same addresses in two VLANs are two connections.
    mutating func slot(of key: FlowKey, from side: Side, opens: Bool) -> Int? {
        if let slot = find(key) { return slot }
        guard !opens, let slot = find(key.inAnyVLAN), slots[slot].connection.isSilent(side),
            slots[slot].otherVLAN == nil
        else { return nil }
        slots[slot].otherVLAN = key.vlan
        file(slot, .other, under: key)
        return slot
    }

    /// The connection in a slot, changed in place.
    subscript(slot: Int) -> TCPConnection {
        @inline(__always)
        _read { yield slots[slot].connection }
        @inline(__always)
        _modify { yield &slots[slot].connection }
    }

    /// Follows a connection, as the most recently active one.
    mutating func insert(_ connection: consuming TCPConnection) -> Int {
        let key = connection.key
        let slot: Int
        if let reused = free.popLast() {
            slot = Int(reused)
            slots[slot] = Slot(connection: connection)
        } else {
            slot = slots.count
            slots.append(Slot(connection: connection))
        }
        // The ends' latest connection is the one that an unknown VLAN may belong to.
        if let former = find(key.inAnyVLAN) { unfile(former, .inAnyVLAN, from: key.inAnyVLAN) }
        file(slot, .own, under: key)
        file(slot, .inAnyVLAN, under: key.inAnyVLAN)
        opening.append(slot)
        return slot
    }

    /// Makes a connection the most recently active one.
    mutating func touch(_ slot: Int) {
        switch slots[slot].standing {
        case .opening: opening.moveToEnd(slot)
        case .unread: unread.moveToEnd(slot)
        case .http: http.moveToEnd(slot)
        case .mqtt: mqtt.moveToEnd(slot)
        }
    }

    /// Takes note of what a connection has become and of the memory it holds now.
    mutating func settle(_ slot: Int) {
        let (standing, cost) = (slots[slot].connection.standing, slots[slot].connection.cost)
        if standing != slots[slot].standing {
            dequeue(slot)
            slots[slot].standing = standing
            enqueue(slot)
        }
        let known = slots[slot].cost
        guard cost != 0 || known != 0 else { return }
        self.cost += cost - known
        slots[slot].cost = cost
        if known > 0 { holders.remove(slot) }
        if cost > 0 { holders.append(slot) }
    }

    /// Stops following a connection.
    mutating func remove(_ slot: Int) {
        dequeue(slot)
        if slots[slot].cost > 0 { holders.remove(slot) }
        cost -= slots[slot].cost
        let key = slots[slot].connection.key
        unfile(slot, .own, from: key)
        unfile(slot, .inAnyVLAN, from: key.inAnyVLAN)
        if let otherVLAN = slots[slot].otherVLAN { unfile(slot, .other, from: key.inVLAN(otherVLAN)) }
        slots[slot].otherVLAN = nil
        slots[slot].cost = 0
        slots[slot].connection.forget()
        free.append(Int32(slot))
    }

    /// The connection to give up for one more, when `limit` are followed; `nil` when none is worth less than it.
    ///
    /// Connections that are over or were only asked for go first, then what nobody reads, then HTTP, MQTT last; among
    /// equals the longest silent one. Unread and HTTP connections keep a share of the room, so that many idle MQTT
    /// connections cannot crowd them out. A mere SYN is worth less than an MQTT connection.
    func leastValuable(of limit: Int, forMereSYN isMereSYN: Bool) -> Int? {
        if let slot = opening.oldest { return slot }
        if unread.count > limit / 16, let slot = unread.oldest { return slot }
        if http.count > limit / 8, let slot = http.oldest { return slot }
        if isMereSYN { return nil }
        return mqtt.oldest ?? unread.oldest ?? http.oldest
    }

    /// A connection whose last packet came before an instant; `nil` when there is none.
    func silent(since instant: Timestamp) -> Int? {
        if let slot = opening.oldest, slots[slot].connection.lastAt < instant { return slot }
        if let slot = unread.oldest, slots[slot].connection.lastAt < instant { return slot }
        if let slot = http.oldest, slots[slot].connection.lastAt < instant { return slot }
        if let slot = mqtt.oldest, slots[slot].connection.lastAt < instant { return slot }
        return nil
    }

    // MARK: - Queues

    private mutating func enqueue(_ slot: Int) {
        switch slots[slot].standing {
        case .opening: opening.append(slot)
        case .unread: unread.append(slot)
        case .http: http.append(slot)
        case .mqtt: mqtt.append(slot)
        }
    }

    private mutating func dequeue(_ slot: Int) {
        switch slots[slot].standing {
        case .opening: opening.remove(slot)
        case .unread: unread.remove(slot)
        case .http: http.remove(slot)
        case .mqtt: mqtt.remove(slot)
        }
    }

    // MARK: - Names

    private func find(_ key: FlowKey) -> Int? {
        let hash = key.hash(secret)
        var position = index.home(of: hash)
        while let number = index.next(hash, from: &position) {
            let slot = Int(number >> 2)
            if isFiled(slot, Name(rawValue: number & 0b11), under: key) { return slot }
        }
        return nil
    }

    private func isFiled(_ slot: Int, _ name: Name?, under key: FlowKey) -> Bool {
        switch name {
        case .own: slots[slot].connection.key == key
        case .inAnyVLAN: slots[slot].connection.key.inAnyVLAN == key
        case .other: slots[slot].otherVLAN.map(slots[slot].connection.key.inVLAN) == key
        case nil: false
        }
    }

    private mutating func file(_ slot: Int, _ name: Name, under key: FlowKey) {
        index.insert(UInt32(slot) << 2 | name.rawValue, under: key.hash(secret))
    }

    private mutating func unfile(_ slot: Int, _ name: Name, from key: FlowKey) {
        index.remove(UInt32(slot) << 2 | name.rawValue, under: key.hash(secret))
    }
}

// The topics that the writer has met, so that it need not look one up for every message.

import Glibc

/// Ids of topics by their bytes; bounded.
///
/// A hash table with linear probing: one place to look at per message, where Dictionary would hash the hash once more.
struct TopicIDs: Sendable {
    private struct Slot {
        var hash: UInt64 = 0
        /// The topic's id; zero, which is no id of SQLite's, where there is none.
        var id: Int64 = 0
        var start: Int32 = 0
        var count: Int32 = 0
    }

    /// Topics kept before the table starts afresh.
    private static let limit = 32_768
    /// Bytes of topics kept before the table starts afresh.
    private static let byteLimit = 4 << 20

    /// At least twice as many as there are topics, and a power of two.
    private var slots = [Slot](repeating: Slot(), count: 64)
    private var count = 0
    private var names: [UInt8] = []

    /// The id of a topic; `nil` when it was not met lately.
    ///
    /// The hash finds a candidate only, the bytes decide.
    func id(of topic: UnsafeRawBufferPointer, hash: UInt64) -> Int64? {
        let slot = slots[place(of: hash)]
        guard slot.id != 0, Int(slot.count) == topic.count else { return nil }
        let isSame = names.withUnsafeBytes { names in
            guard let known = names.baseAddress, let asked = topic.baseAddress else { return true }
            return memcmp(known + Int(slot.start), asked, topic.count) == 0
        }
        return isSame ? slot.id : nil
    }

    /// Notes the id of a topic, in place of another one with the same hash.
    mutating func note(_ id: Int64, of topic: UnsafeRawBufferPointer, hash: UInt64) {
        if count >= Self.limit || names.count >= Self.byteLimit {
            self = TopicIDs()
        } else if count * 2 >= slots.count {
            grow()
        }
        let place = place(of: hash)
        if slots[place].id == 0 { count += 1 }
        slots[place] = Slot(hash: hash, id: id, start: Int32(names.count), count: Int32(topic.count))
        names.append(contentsOf: topic)
    }

    private mutating func grow() {
        let met = slots
        slots = Array(repeating: Slot(), count: met.count * 2)
        for slot in met where slot.id != 0 { slots[place(of: slot.hash)] = slot }
    }

    /// Where a hash stands, or would.
    private func place(of hash: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[place].id != 0, slots[place].hash != hash { place = (place + 1) & (slots.count - 1) }
        return place
    }
}

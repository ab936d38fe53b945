// The topics that the writer has met, so that it need not look one up for every message.

import Glibc

/// Ids of topics by their bytes; bounded.
struct TopicIDs: Sendable {
    private struct Entry {
        var id: Int64
        var start: Int
        var count: Int
    }

    /// Topics kept before the table starts afresh.
    private static let limit = 65_536
    /// Bytes of topics kept before the table starts afresh.
    private static let byteLimit = 8 << 20

    private var entries: [UInt64: Entry] = [:]
    private var names: [UInt8] = []

    /// The id of a topic; `nil` when it was not met lately.
    ///
    /// The hash finds a candidate only, the bytes decide.
    func id(of topic: UnsafeRawBufferPointer, hash: UInt64) -> Int64? {
        guard let entry = entries[hash], entry.count == topic.count else { return nil }
        let isSame = names.withUnsafeBytes { names in
            guard let known = names.baseAddress, let asked = topic.baseAddress else { return true }
            return memcmp(known + entry.start, asked, entry.count) == 0
        }
        return isSame ? entry.id : nil
    }

    /// Notes the id of a topic, in place of another one with the same hash.
    mutating func note(_ id: Int64, of topic: UnsafeRawBufferPointer, hash: UInt64) {
        if entries.count >= Self.limit || names.count >= Self.byteLimit {
            entries.removeAll(keepingCapacity: true)
            names.removeAll(keepingCapacity: true)
        }
        entries[hash] = Entry(id: id, start: names.count, count: topic.count)
        names.append(contentsOf: topic)
    }
}

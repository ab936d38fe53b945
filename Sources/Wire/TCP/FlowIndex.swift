// Finds a connection's slot by the hash of its key.

/// A hash table from hashes to numbers: open addressing, linear probing, eight bytes an entry.
///
/// Keys live with the connections; whoever looks something up compares them. The hashes must be good ones.
struct FlowIndex: Sendable {
    /// An entry that holds nothing: no number is so large.
    private static let empty = UInt64.max

    /// The hash above, the number below.
    private var entries = [UInt64](repeating: FlowIndex.empty, count: 64)
    private var count = 0

    private var mask: Int { entries.count - 1 }

    /// Where the search for a hash begins.
    func home(of hash: UInt32) -> Int { Int(hash) & mask }

    /// The next number under a hash; `position` moves behind it.
    func next(_ hash: UInt32, from position: inout Int) -> UInt32? {
        while true {
            let entry = entries[position]
            guard entry != Self.empty else { return nil }
            position = (position + 1) & mask
            if UInt32(truncatingIfNeeded: entry >> 32) == hash { return UInt32(truncatingIfNeeded: entry) }
        }
    }

    /// Files a number under a hash.
    mutating func insert(_ number: UInt32, under hash: UInt32) {
        if count * 2 >= entries.count { grow() }
        count += 1
        place(UInt64(hash) << 32 | UInt64(number))
    }

    /// Removes a number from a hash.
    mutating func remove(_ number: UInt32, under hash: UInt32) {
        let sought = UInt64(hash) << 32 | UInt64(number)
        var hole = home(of: hash)
        while entries[hole] != sought {
            guard entries[hole] != Self.empty else { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        // Entries behind the hole move up, unless they would come before their home.
        var next = (hole + 1) & mask
        while entries[next] != Self.empty {
            let home = home(of: UInt32(truncatingIfNeeded: entries[next] >> 32))
            if (next - home) & mask >= (next - hole) & mask {
                entries[hole] = entries[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        entries[hole] = Self.empty
    }

    private mutating func place(_ entry: UInt64) {
        var position = home(of: UInt32(truncatingIfNeeded: entry >> 32))
        while entries[position] != Self.empty { position = (position + 1) & mask }
        entries[position] = entry
    }

    private mutating func grow() {
        let old = entries
        entries = [UInt64](repeating: Self.empty, count: old.count * 2)
        for entry in old where entry != Self.empty { place(entry) }
    }
}

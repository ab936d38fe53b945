// A bounded table from byte strings to what was made of them.

/// Remembers a value for each byte string, so that it need not be made again.
///
/// All keys lie in one array and all entries in another: once they have grown, remembering allocates nothing. Nothing
/// is forgotten by itself: whoever remembers asks first whether the table is full and lets it begin anew.
struct ByteTable<Value> {
    private struct Entry {
        var hash: UInt64
        /// Where the key stands among all the keys' bytes.
        var start: Int
        var count: Int
        var value: Value
    }

    private let entryLimit: Int
    private let byteLimit: Int
    /// The entry's number plus one at the place its hash names, or behind it; 0 where there is none.
    private var places: [UInt32]
    private var entries: [Entry] = []
    private var keys: [UInt8] = []

    /// How many byte strings are remembered.
    var count: Int { entries.count }

    /// A table that holds at most so many keys with so many bytes in all.
    init(entryLimit: Int, byteLimit: Int) {
        self.entryLimit = entryLimit
        self.byteLimit = byteLimit
        places = [UInt32](repeating: 0, count: 64)
    }

    /// Whether a new key would exceed a limit.
    func isFull(for key: RawSpan) -> Bool {
        entries.count >= entryLimit || keys.count + key.byteCount > byteLimit
    }

    /// The number of a key's entry; `nil` when it is not remembered.
    ///
    /// Valid until all is forgotten.
    @inline(__always)
    func find(_ key: RawSpan, hash: UInt64) -> Int? {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0 {
            let number = Int(places[place]) - 1
            if entries[number].hash == hash, holds(key, at: number) { return number }
            place = (place + 1) & mask
        }
        return nil
    }

    /// The value of an entry.
    subscript(number: Int) -> Value { entries[number].value }

    /// Remembers the value of a key that was not found.
    mutating func remember(_ key: RawSpan, hash: UInt64, _ value: Value) {
        if (entries.count + 1) * 2 > places.count { spread(over: places.count * 2) }
        entries.append(Entry(hash: hash, start: keys.count, count: key.byteCount, value: value))
        keys.append(key)
        place(entries.count - 1)
    }

    /// Forgets every key and keeps the room for others.
    mutating func forgetAll() {
        entries.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        for place in places.indices { places[place] = 0 }
    }

    private func holds(_ key: RawSpan, at number: Int) -> Bool {
        let (start, count) = (entries[number].start, entries[number].count)
        return keys.rawSpan.holds(key, in: start..<(start + count))
    }

    private mutating func spread(over count: Int) {
        places = [UInt32](repeating: 0, count: count)
        for number in entries.indices { place(number) }
    }

    private mutating func place(_ number: Int) {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: entries[number].hash) & mask
        while places[place] != 0 { place = (place + 1) & mask }
        places[place] = UInt32(number + 1)
    }
}

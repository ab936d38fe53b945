// The texts that each topic's last message stated, and the bytes that they were read from.

/// The last texts of each claim, for the next message that states the same.
///
/// Texts follow from the claim, the case that fits and the tokens that texts are read from. Where those are what they
/// were before, down to the byte, so are the texts: they need be neither checked nor made again.
struct TextMemory {
    /// Most bytes that are remembered for one claim, and for all together; a full memory begins anew.
    static let longest = 256, byteLimit = 4 << 20

    private struct Entry {
        var texts: SharedTexts?
        var start: UInt32 = 0
        /// Bytes that belong to the entry, whether it fills them or not.
        var room: UInt32 = 0
        /// The number of the claim's rule.
        var rule: Int32 = 0
        /// Whether the texts follow from the phase that a percentage stands for, too.
        var hasBands = false
    }

    private let byteLimit: Int
    private var entries: [Entry] = []
    /// Of each entry the case, then of each slot a head of four bytes and the token's own.
    private var bytes: [UInt8] = []

    /// How many bytes are held.
    var byteCount: Int { bytes.count }

    /// A memory without texts.
    init(byteLimit: Int = byteLimit) {
        self.byteLimit = byteLimit
    }

    /// The rule of the claim whose texts are remembered at a place; `nil` where there are none.
    @inline(__always)
    func rule(at place: Int) -> Int? {
        guard place < entries.count, entries[place].texts != nil else { return nil }
        return Int(entries[place].rule)
    }

    /// Whether the texts at a place follow from the phase that a percentage stands for, too.
    @inline(__always)
    func hasBands(at place: Int) -> Bool { entries[place].hasBands }

    /// The texts remembered at a place, if these tokens state them.
    @inline(__always)
    func texts(readBy reader: borrowing ValueReader, _ matching: Int, at place: Int) -> SharedTexts? {
        guard place < entries.count, entries[place].texts != nil else { return nil }
        let known = bytes.rawSpan
        var cursor = Int(entries[place].start)
        if known.half(at: cursor) != UInt32(truncatingIfNeeded: matching) { return nil }
        cursor += 4
        let slots = reader.plan.textSlots
        for slot in slots {
            let token = reader.tokens[slot]
            if known.half(at: cursor) != Self.head(of: token) { return nil }
            cursor += 4
            let end = cursor + token.byteCount
            if !known.holds(reader.bytes.extracting(token.range), in: cursor..<end) { return nil }
            cursor = end
        }
        return entries[place].texts
    }

    /// Remembers texts in place of those that the place had; those that are too long for it are not remembered.
    mutating func remember(
        _ texts: SharedTexts,
        readBy reader: borrowing ValueReader,
        _ matching: Int,
        of rule: Int,
        hasBands: Bool,
        at place: Int
    ) {
        while entries.count <= place { entries.append(Entry()) }
        var count = 4
        for slot in reader.plan.textSlots { count += 4 + reader.tokens[slot].range.count }
        entries[place].texts = nil
        if count > Self.longest { return }
        if count > entries[place].room {
            if bytes.count + count > byteLimit { forgetBytes() }
            entries[place].start = UInt32(bytes.count)
            entries[place].room = UInt32(count)
            bytes.append(contentsOf: repeatElement(0, count: count))
        }
        write(matching, reader, from: Int(entries[place].start))
        entries[place].rule = Int32(rule)
        entries[place].hasBands = hasBands
        entries[place].texts = texts
    }

    /// Forgets all texts.
    mutating func forgetAll() {
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func forgetBytes() {
        for place in entries.indices { entries[place] = Entry() }
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ matching: Int, _ reader: borrowing ValueReader, from start: Int) {
        var cursor = start
        put(UInt32(truncatingIfNeeded: matching), at: &cursor)
        for slot in reader.plan.textSlots {
            let token = reader.tokens[slot]
            put(Self.head(of: token), at: &cursor)
            for index in token.range {
                bytes[cursor] = reader.bytes.byte(at: index)
                cursor += 1
            }
        }
    }

    private mutating func put(_ half: UInt32, at cursor: inout Int) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes[cursor] = UInt8(truncatingIfNeeded: half >> shift)
            cursor += 1
        }
    }

    /// Kind and length of a token; a length beyond the limit is that of no token remembered.
    private static func head(of token: JSONToken) -> UInt32 {
        UInt32(token.kind.rawValue) << 24 | UInt32(truncatingIfNeeded: min(token.byteCount, 0xFF_FFFF))
    }
}

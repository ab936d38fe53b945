// The slots of one message: those of its payload's paths, and those that texts fill.

/// Paths and the slots that are filled for them, counted together.
struct PathSlots: Sendable {
    /// The paths from the payload, or from the element that makes an event of its own. Its first slot is the whole.
    private(set) var trie = PathTrie()
    /// The paths from the payload, where elements make the events.
    private(set) var outer = PathTrie()

    /// How many slots there are.
    private(set) var count = 0

    init() {
        _ = slot(for: [], in: .payload)
    }

    /// The slot of a path, new when the path is.
    mutating func slot(for path: [JSONStep], in scope: FieldRule.Place.Scope) -> Int {
        trie.slotCount = count
        outer.slotCount = count
        let slot: Int
        switch scope {
        case .payload: slot = trie.slot(for: path)
        case .root: slot = outer.slot(for: path)
        case .text: slot = count
        }
        count = max(count, slot + 1)
        return slot
    }
}

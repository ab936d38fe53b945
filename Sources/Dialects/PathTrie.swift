// The JSON paths that one message's fields are found at, compiled for one pass over the payload.

/// A tree of the wanted keys; each wanted path has a slot that the scanner fills.
///
/// Nodes are flat and name each other by index, so that a scan copies and counts nothing.
struct PathTrie: Sendable {
    /// Most paths that one message may name; the scanner's slots live on the stack.
    static let slotLimit = 32
    /// In the place of a node or slot: there is none.
    static let none = -1

    /// One key along a path.
    struct Node: Sendable {
        /// Where the key's UTF-8 stands in `keys`.
        var key: Range<Int>
        /// Whether a payload may spell the key as it is, without escapes.
        var isPlain = true
        /// The first key wanted in the object below, and the next one beside this.
        var firstChild = none, sibling = none
        /// The slot of the path that ends here; none when it only leads on.
        var slot = none
        /// A bit for every slot at or below this node, cleared when a repeated key replaces the value.
        var slotsBelow: UInt32 = 0
    }

    private(set) var nodes = [Node(key: 0..<0)]
    private(set) var keys: [UInt8] = []
    /// How many slots there are, those taken elsewhere included.
    var slotCount = 0

    /// The slot of a path, new when the path is.
    mutating func slot(for path: [JSONStep]) -> Int {
        var trail = [0]
        for step in path { trail.append(child(of: trail[trail.count - 1], named: step.bytes)) }
        let last = trail[trail.count - 1]
        if nodes[last].slot != Self.none { return nodes[last].slot }
        let slot = slotCount
        slotCount += 1
        nodes[last].slot = slot
        // Slots beyond the limit have no bit; the compiler refuses such a message as a whole.
        for node in trail { nodes[node].slotsBelow |= 1 << UInt32(slot) }
        return slot
    }

    /// The child of a node for an element of an array; none where nothing in it is wanted.
    static func child(of node: Int, at index: Int, in nodes: Span<Node>, _ keys: RawSpan) -> Int {
        if index >= JSONStep.indexLimit { return none }
        var child = nodes[node].firstChild
        while child != none {
            let key = nodes[child].key
            if key.count == 2, keys.byte(at: key.lowerBound) == 0xFF,
                keys.byte(at: key.lowerBound + 1) == UInt8(truncatingIfNeeded: index)
            {
                return child
            }
            child = nodes[child].sibling
        }
        return none
    }

    /// The children stand in the order in which they came: payloads tend to keep it.
    private mutating func child(of node: Int, named key: [UInt8]) -> Int {
        var last = Self.none
        var child = nodes[node].firstChild
        while child != Self.none {
            if keys[nodes[child].key].elementsEqual(key) { return child }
            (last, child) = (child, nodes[child].sibling)
        }
        let new = nodes.count
        let isPlain = key.allSatisfy {
            $0 >= 0x20 && $0 != 0xFF && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        nodes.append(Node(key: keys.count..<(keys.count + key.count), isPlain: isPlain))
        keys += key
        if last == Self.none { nodes[node].firstChild = new } else { nodes[last].sibling = new }
        return new
    }
}

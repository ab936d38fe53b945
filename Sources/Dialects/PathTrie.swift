// The JSON paths that one message's fields are found at, compiled for one pass over the payload.

/// A tree of the wanted keys; each wanted path has a slot that the scanner fills.
package struct PathTrie: Sendable {
    /// Most paths that one message may name; the scanner's slots live on the stack.
    package static let slotLimit = 32

    /// One key along a path.
    struct Node: Sendable {
        /// The object key's bytes in UTF-8.
        var key: [UInt8]
        var children: [Int] = []
        /// The slot of the path that ends here; `nil` when it only leads on.
        var slot: Int?
        /// Every slot at or below this node, cleared when a repeated key replaces the value.
        var slotsBelow: [Int] = []
    }

    private(set) var nodes = [Node(key: [])]
    private(set) var slotCount = 0

    /// A tree that wants nothing yet.
    package init() {}

    /// The slot of a path, new when the path is.
    package mutating func slot(for path: [String]) -> Int {
        var trail = [0]
        for key in path {
            trail.append(child(of: trail[trail.count - 1], named: Array(key.utf8)))
        }
        let last = trail[trail.count - 1]
        if let slot = nodes[last].slot { return slot }
        let slot = slotCount
        slotCount += 1
        nodes[last].slot = slot
        for node in trail { nodes[node].slotsBelow.append(slot) }
        return slot
    }

    private mutating func child(of node: Int, named key: [UInt8]) -> Int {
        if let known = nodes[node].children.first(where: { nodes[$0].key == key }) { return known }
        nodes.append(Node(key: key))
        nodes[node].children.append(nodes.count - 1)
        return nodes.count - 1
    }
}

// Finds the keys of a payload that nobody asked for.

extension JSONScanner {
    /// The keys of a valid payload that stand at no path of the trie, and at none below its ends.
    ///
    /// Of an array's elements the first index that the trie names speaks for all.
    static func strangers(in payload: RawSpan, to trie: PathTrie, limit: Int) -> [String] {
        walk(over: payload, trie, KeyWalk(limit: limit, tellsKnown: false)).map(\.path)
    }

    /// The keys of a valid payload: those at the ends of the trie's paths, and those that stand at none, each once.
    static func keys(in payload: RawSpan, of trie: PathTrie, limit: Int) -> [FoundKey] {
        walk(over: payload, trie, KeyWalk(limit: limit, tellsKnown: true))
    }

    private static func walk(over payload: RawSpan, _ trie: PathTrie, _ walk: KeyWalk) -> [FoundKey] {
        guard payload.byteCount < byteLimit else { return [] }
        var scanner = JSONScanner(payload, nodes: trie.nodes.span, keys: trie.keys.rawSpan)
        var walk = walk
        // What is no JSON has no keys; those before the fault are told.
        try? scanner.walk(at: 0, depth: 0, "", &walk)
        return walk.found
    }

    private mutating func walk(
        at node: Int,
        depth: Int,
        _ path: String,
        _ walk: inout KeyWalk
    ) throws(JSONFault) {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): try walkObject(at: node, depth: depth + 1, path, &walk)
        case UInt8(ascii: "["): try walkArray(at: node, depth: depth + 1, path, &walk)
        default:
            var none = Tokens(repeating: .absent)
            try scanValue(at: PathTrie.none, depth: depth, &none)
        }
    }

    private mutating func walkObject(
        at node: Int,
        depth: Int,
        _ path: String,
        _ walk: inout KeyWalk
    ) throws(JSONFault) {
        try open(depth)
        if try closes(with: UInt8(ascii: "}")) { return }
        repeat {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw fault(.unexpectedByte) }
            let start = index
            let kind = try scanString()
            let key = JSONToken(kind, in: start..<index)
            let child = wanted(key, below: node)
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            if child != PathTrie.none, nodes[child].firstChild != PathTrie.none {
                try self.walk(
                    at: child,
                    depth: depth,
                    walk.path(path, JSONText.string(key, in: bytes).excerpt),
                    &walk
                )
            } else {
                let valueStart = index
                var none = Tokens(repeating: .absent)
                try scanValue(at: PathTrie.none, depth: depth, &none)
                let isKnown = child != PathTrie.none
                if !isKnown || walk.tellsKnown {
                    let name = walk.path(path, JSONText.string(key, in: bytes))
                    walk.add(FoundKey(path: name, value: valueStart..<index, isKnown: isKnown))
                }
            }
        } while try goesOn(until: UInt8(ascii: "}"))
    }

    private mutating func walkArray(
        at node: Int,
        depth: Int,
        _ path: String,
        _ walk: inout KeyWalk
    ) throws(JSONFault) {
        let child = PathTrie.child(of: node, at: 0, in: nodes, keys)
        try open(depth)
        if try closes(with: UInt8(ascii: "]")) { return }
        repeat {
            skipSpace()
            if child != PathTrie.none, nodes[child].firstChild != PathTrie.none {
                try self.walk(at: child, depth: depth, path + "[*]", &walk)
            } else {
                var none = Tokens(repeating: .absent)
                try scanValue(at: PathTrie.none, depth: depth, &none)
            }
        } while try goesOn(until: UInt8(ascii: "]"))
    }
}

/// A key of a payload, and where its value stands.
struct FoundKey {
    var path: String
    var value: Range<Int>
    /// Whether a path of the trie ends there, or above.
    var isKnown: Bool
}

/// The keys found so far.
private struct KeyWalk {
    var limit: Int
    /// Whether known keys are told, too.
    var tellsKnown: Bool
    var found: [FoundKey] = []
    private var seen: Set<String> = []

    init(limit: Int, tellsKnown: Bool) {
        self.limit = limit
        self.tellsKnown = tellsKnown
    }

    /// The path of a key; a key may be as long as the payload.
    func path(_ path: String, _ key: String) -> String {
        // A key may be as long as the payload.
        path.isEmpty ? key.excerpt : "\(path).\(key.excerpt)"
    }

    mutating func add(_ key: FoundKey) {
        if found.count >= limit { return }
        if seen.insert(key.path).inserted { found.append(key) }
    }
}

// Reads a JSON payload strictly, once, and notes where the wanted values stand. RFC 8259.

/// A one-pass JSON reader that builds no tree.
///
/// Every byte is looked at once, wanted or not, so a document is either valid as a whole or refused with the offset
/// of the first wrong byte. Strict: no comments, no trailing commas, no byte order mark (RFC 8259 §8.1), UTF-8 only.
/// Of repeated keys the last wins, as in both platforms' readers. Lone surrogate escapes are valid (RFC 8259 §8.2).
/// - Complexity: O(n) in bytes; no allocation; recursion bounded by `depthLimit`.
struct JSONScanner: ~Escapable {
    /// Deepest nesting of objects and arrays that is read.
    static let depthLimit = 64
    /// A payload has fewer bytes: a token counts no more (MQTT 3.1.1 §2.2.3).
    static let byteLimit = 1 << 28

    /// The tokens of a message's wanted paths, by slot.
    typealias Tokens = InlineArray<32, JSONToken>

    let bytes: RawSpan
    let nodes: Span<PathTrie.Node>
    let keys: RawSpan
    var index = 0

    /// Scans a whole payload; `tokens` are those of the wanted paths only if nothing is thrown.
    /// - Throws: where the payload is not exactly one JSON value.
    static func scan(
        _ payload: RawSpan,
        for trie: PathTrie,
        into tokens: inout Tokens
    ) throws(JSONFault) {
        if payload.byteCount >= byteLimit { throw JSONFault(at: 0, problem: .tooLong) }
        var scanner = JSONScanner(payload, nodes: trie.nodes.span, keys: trie.keys.rawSpan)
        try scanner.scanDocument(into: &tokens)
    }

    /// Scans the elements of an array that an earlier scan has found, one after the other.
    ///
    /// - Returns: the tokens of each element's wanted paths beside those of `outer`, up to a limit, and how many
    ///   elements there are.
    static func elements(
        of array: JSONToken,
        in payload: RawSpan,
        for trie: PathTrie,
        beside outer: Tokens,
        limit: Int
    ) -> (tokens: [Tokens], count: Int) {
        var scanner = JSONScanner(payload, nodes: trie.nodes.span, keys: trie.keys.rawSpan)
        scanner.index = array.range.lowerBound
        var found: (tokens: [Tokens], count: Int) = ([], 0)
        // The array was found valid: nothing is thrown.
        try? scanner.scanElements(beside: outer, limit, &found)
        return found
    }

    private mutating func scanElements(
        beside outer: Tokens,
        _ limit: Int,
        _ found: inout (tokens: [Tokens], count: Int)
    ) throws(JSONFault) {
        try open(1)
        if try closes(with: UInt8(ascii: "]")) { return }
        repeat {
            skipSpace()
            var tokens = outer
            try scanValue(at: found.count < limit ? 0 : PathTrie.none, depth: 1, &tokens)
            if found.count < limit { found.tokens.append(tokens) }
            found.count += 1
        } while try goesOn(until: UInt8(ascii: "]"))
    }

    @_lifetime(copy bytes, copy nodes, copy keys)
    init(_ bytes: RawSpan, nodes: Span<PathTrie.Node>, keys: RawSpan) {
        self.bytes = bytes
        self.nodes = nodes
        self.keys = keys
    }

    private mutating func scanDocument(into tokens: inout Tokens) throws(JSONFault) {
        if bytes.byteCount >= 3, bytes.byte(at: 0) == 0xEF, bytes.byte(at: 1) == 0xBB,
            bytes.byte(at: 2) == 0xBF
        {
            throw fault(.byteOrderMark)
        }
        skipSpace()
        try scanValue(at: 0, depth: 0, &tokens)
        skipSpace()
        if index < bytes.byteCount { throw fault(.trailingBytes) }
    }

    /// Scans one value; `node` is its place in the trie, none where nothing below is wanted.
    mutating func scanValue(
        at node: Int,
        depth: Int,
        _ tokens: inout Tokens
    ) throws(JSONFault) {
        let start = index
        let kind: JSONToken.Kind
        switch try peek() {
        case UInt8(ascii: "{"): kind = try scanObject(at: node, depth: depth + 1, &tokens)
        case UInt8(ascii: "["): kind = try scanArray(at: node, depth: depth + 1, &tokens)
        case UInt8(ascii: "\""): kind = try scanString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): kind = try scanNumber()
        case UInt8(ascii: "t"): kind = try scanWord("true", .true)
        case UInt8(ascii: "f"): kind = try scanWord("false", .false)
        case UInt8(ascii: "n"): kind = try scanWord("null", .null)
        default: throw fault(.unexpectedByte)
        }
        if node != PathTrie.none, nodes[node].slot != PathTrie.none {
            tokens[nodes[node].slot] = JSONToken(kind, in: start..<index)
        }
    }

    private mutating func scanObject(
        at node: Int,
        depth: Int,
        _ tokens: inout Tokens
    ) throws(JSONFault) -> JSONToken.Kind {
        try open(depth)
        if try closes(with: UInt8(ascii: "}")) { return .object }
        var guess = node == PathTrie.none ? PathTrie.none : nodes[node].firstChild
        repeat {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw fault(.unexpectedByte) }
            let child = try scanKey(below: node, guess: guess)
            if child != PathTrie.none {
                guess = nodes[child].sibling
                forget(nodes[child].slotsBelow, &tokens)
            }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            try scanValue(at: child, depth: depth, &tokens)
        } while try goesOn(until: UInt8(ascii: "}"))
        return .object
    }

    private mutating func scanArray(
        at node: Int,
        depth: Int,
        _ tokens: inout Tokens
    ) throws(JSONFault) -> JSONToken.Kind {
        try open(depth)
        if try closes(with: UInt8(ascii: "]")) { return .array }
        let isWanted = node != PathTrie.none && nodes[node].firstChild != PathTrie.none
        var element = 0
        repeat {
            skipSpace()
            let child =
                isWanted ? PathTrie.child(of: node, at: element, in: nodes, keys) : PathTrie.none
            try scanValue(at: child, depth: depth, &tokens)
            element += 1
        } while try goesOn(until: UInt8(ascii: "]"))
        return .array
    }
}

// MARK: - Keys

extension JSONScanner {
    /// Scans a key and finds its node in the trie.
    ///
    /// Payloads tend to keep the definition's order, so the key after the last one found is the first guess: a key
    /// that is spelled as guessed has been looked at whole.
    @inline(__always)
    private mutating func scanKey(below node: Int, guess: Int) throws(JSONFault) -> Int {
        if guess != PathTrie.none, nodes[guess].isPlain {
            let end = index + nodes[guess].key.count + 1
            if end < bytes.byteCount, bytes.byte(at: end) == UInt8(ascii: "\""),
                bytes.holds(keys.extracting(nodes[guess].key), in: (index + 1)..<end)
            {
                index = end + 1
                return guess
            }
        }
        let start = index
        let kind = try scanString()
        return wanted(JSONToken(kind, in: start..<index), below: node)
    }

    func wanted(_ key: JSONToken, below node: Int) -> Int {
        if node == PathTrie.none { return node }
        var child = nodes[node].firstChild
        while child != PathTrie.none, !isKey(key, of: child) { child = nodes[child].sibling }
        return child
    }

    private func isKey(_ key: JSONToken, of node: Int) -> Bool {
        let wanted = keys.extracting(nodes[node].key)
        if key.kind == .plainString { return bytes.holds(wanted, in: key.content) }
        let unescaped = JSONText.unescaped(key, in: bytes)
        return unescaped.rawSpan.holds(wanted, in: unescaped.indices)
    }

    /// Drops what an earlier equal key had found.
    private func forget(_ slots: UInt32, _ tokens: inout Tokens) {
        var rest = slots
        while rest != 0 {
            tokens[rest.trailingZeroBitCount] = .absent
            rest &= rest - 1
        }
    }
}

// MARK: - Steps

extension JSONScanner {
    /// The byte at the cursor; `nil` at the end.
    var next: UInt8? { index < bytes.byteCount ? bytes.byte(at: index) : nil }

    @inline(__always)
    func peek() throws(JSONFault) -> UInt8 {
        guard index < bytes.byteCount else { throw fault(.endsEarly) }
        return bytes.byte(at: index)
    }

    @inline(__always)
    mutating func expect(_ byte: UInt8) throws(JSONFault) {
        guard try peek() == byte else { throw fault(.unexpectedByte) }
        index += 1
    }

    @inline(__always)
    mutating func skipSpace() {
        // Most payloads have none: one comparison then ends it.
        while let byte = next, byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            index += 1
        }
    }

    /// Enters an object or array that makes the document `depth` levels deep.
    @inline(__always)
    mutating func open(_ depth: Int) throws(JSONFault) {
        if depth > Self.depthLimit { throw fault(.tooDeep) }
        index += 1
        skipSpace()
    }

    @inline(__always)
    mutating func closes(with byte: UInt8) throws(JSONFault) -> Bool {
        guard try peek() == byte else { return false }
        index += 1
        return true
    }

    /// Whether a comma announces another member; otherwise the closing byte must stand here.
    @inline(__always)
    mutating func goesOn(until closing: UInt8) throws(JSONFault) -> Bool {
        skipSpace()
        if try closes(with: UInt8(ascii: ",")) { return true }
        try expect(closing)
        return false
    }

    func fault(_ problem: JSONFault.Problem) -> JSONFault {
        JSONFault(at: index, problem: problem)
    }
}

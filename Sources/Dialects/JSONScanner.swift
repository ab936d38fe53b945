// Reads a JSON payload strictly, once, and notes where the wanted values stand. RFC 8259.

/// A one-pass JSON reader that builds no tree.
///
/// Every byte is looked at once, wanted or not, so a document is either valid as a whole or refused with the offset
/// of the first wrong byte. Strict: no comments, no trailing commas, no byte order mark (RFC 8259 §8.1), UTF-8 only.
/// Of repeated keys the last wins, as in both platforms' readers. Lone surrogate escapes are valid (RFC 8259 §8.2).
/// - Complexity: O(n) in bytes; no allocation; recursion bounded by `depthLimit`.
package struct JSONScanner {
    /// Deepest nesting of objects and arrays that is read.
    package static let depthLimit = 64

    /// The tokens of a message's wanted paths, by slot.
    package typealias Tokens = InlineArray<32, JSONToken>

    private let bytes: [UInt8]
    private let trie: PathTrie
    private var index = 0
    private var tokens = Tokens(repeating: JSONToken())

    /// Scans a whole payload.
    /// - Throws: where the payload is not exactly one JSON value.
    package static func scan(_ payload: [UInt8], for trie: PathTrie) throws(JSONFault) -> Tokens {
        var scanner = JSONScanner(bytes: payload, trie: trie)
        try scanner.scanDocument()
        return scanner.tokens
    }

    private init(bytes: [UInt8], trie: PathTrie) {
        self.bytes = bytes
        self.trie = trie
    }

    private mutating func scanDocument() throws(JSONFault) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw JSONFault(at: 0, problem: .byteOrderMark) }
        skipSpace()
        try scanValue(at: 0, depth: 0)
        skipSpace()
        if index < bytes.count { throw fault(.trailingBytes) }
    }

    /// Scans one value; `node` is its place in the trie, `nil` where nothing below is wanted.
    private mutating func scanValue(at node: Int?, depth: Int) throws(JSONFault) {
        let start = index
        let kind: JSONToken.Kind
        switch try peek() {
        case UInt8(ascii: "{"): kind = try scanObject(at: node, depth: depth + 1)
        case UInt8(ascii: "["): kind = try scanArray(depth: depth + 1)
        case UInt8(ascii: "\""): kind = try scanString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): kind = try scanNumber()
        case UInt8(ascii: "t"): kind = try scanWord("true", .true)
        case UInt8(ascii: "f"): kind = try scanWord("false", .false)
        case UInt8(ascii: "n"): kind = try scanWord("null", .null)
        default: throw fault(.unexpectedByte)
        }
        if let node, let slot = trie.nodes[node].slot {
            tokens[slot] = JSONToken(kind: kind, start: start, end: index)
        }
    }

    private mutating func scanObject(at node: Int?, depth: Int) throws(JSONFault) -> JSONToken.Kind {
        try open(depth)
        if try closes(with: UInt8(ascii: "}")) { return .object }
        repeat {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw fault(.unexpectedByte) }
            let start = index
            let kind = try scanString()
            let child = wanted(JSONToken(kind: kind, start: start, end: index), below: node)
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            try scanValue(at: child, depth: depth)
        } while try goesOn(until: UInt8(ascii: "}"))
        return .object
    }

    private mutating func scanArray(depth: Int) throws(JSONFault) -> JSONToken.Kind {
        try open(depth)
        if try closes(with: UInt8(ascii: "]")) { return .array }
        repeat {
            skipSpace()
            try scanValue(at: nil, depth: depth)
        } while try goesOn(until: UInt8(ascii: "]"))
        return .array
    }

    /// The trie's node for a key just scanned; what an earlier equal key had found is forgotten.
    private mutating func wanted(_ key: JSONToken, below node: Int?) -> Int? {
        guard let node else { return nil }
        let children = trie.nodes[node].children
        guard let child = children.first(where: { JSONText.equals(key, trie.nodes[$0].key, in: bytes) })
        else { return nil }
        for slot in trie.nodes[child].slotsBelow { tokens[slot] = JSONToken() }
        return child
    }
}

// MARK: - Strings, numbers, words

extension JSONScanner {
    private mutating func scanString() throws(JSONFault) -> JSONToken.Kind {
        index += 1
        var kind = JSONToken.Kind.plainString
        while true {
            switch try peek() {
            case UInt8(ascii: "\""):
                index += 1
                return kind
            case UInt8(ascii: "\\"):
                kind = .escapedString
                try scanEscape()
            case 0x00...0x1F: throw fault(.unexpectedByte)
            case 0x80...0xFF: try scanMultiByte()
            default: index += 1
            }
        }
    }

    private mutating func scanEscape() throws(JSONFault) {
        index += 1
        let letter = try peek()
        guard JSONText.isEscape(letter) else { throw fault(.unexpectedByte) }
        index += 1
        guard letter == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard JSONText.hexDigit(try peek()) != nil else { throw fault(.unexpectedByte) }
            index += 1
        }
    }

    /// Well-formed sequences only: no overlong forms, no surrogates, nothing above U+10FFFF (Unicode table 3-7).
    private mutating func scanMultiByte() throws(JSONFault) {
        let start = index
        let (length, second): (Int, ClosedRange<UInt8>)
        switch bytes[index] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw fault(.notUTF8)
        }
        for offset in 1..<length {
            index = start + offset
            let allowed = offset == 1 ? second : 0x80...0xBF
            guard allowed.contains(try peek()) else { throw fault(.notUTF8) }
        }
        index = start + length
    }

    private mutating func scanNumber() throws(JSONFault) -> JSONToken.Kind {
        if try peek() == UInt8(ascii: "-") { index += 1 }
        if try peek() == UInt8(ascii: "0") { index += 1 } else { try scanDigits() }
        if next == UInt8(ascii: ".") {
            index += 1
            try scanDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try scanDigits()
        }
        return .number
    }

    private mutating func scanDigits() throws(JSONFault) {
        guard JSONText.isDigit(try peek()) else { throw fault(.unexpectedByte) }
        while let byte = next, JSONText.isDigit(byte) { index += 1 }
    }

    private mutating func scanWord(
        _ word: String,
        _ kind: JSONToken.Kind
    ) throws(JSONFault) -> JSONToken.Kind {
        for byte in word.utf8 { try expect(byte) }
        return kind
    }
}

// MARK: - Steps

extension JSONScanner {
    /// The byte at the cursor; `nil` at the end.
    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func peek() throws(JSONFault) -> UInt8 {
        guard index < bytes.count else { throw fault(.endsEarly) }
        return bytes[index]
    }

    private mutating func expect(_ byte: UInt8) throws(JSONFault) {
        guard try peek() == byte else { throw fault(.unexpectedByte) }
        index += 1
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    /// Enters an object or array that makes the document `depth` levels deep.
    private mutating func open(_ depth: Int) throws(JSONFault) {
        if depth > Self.depthLimit { throw fault(.tooDeep) }
        index += 1
        skipSpace()
    }

    private mutating func closes(with byte: UInt8) throws(JSONFault) -> Bool {
        guard try peek() == byte else { return false }
        index += 1
        return true
    }

    /// Whether a comma announces another member; otherwise the closing byte must stand here.
    private mutating func goesOn(until closing: UInt8) throws(JSONFault) -> Bool {
        skipSpace()
        if try closes(with: UInt8(ascii: ",")) { return true }
        try expect(closing)
        return false
    }

    private func fault(_ problem: JSONFault.Problem) -> JSONFault {
        JSONFault(at: index, problem: problem)
    }
}

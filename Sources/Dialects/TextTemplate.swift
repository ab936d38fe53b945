// A text with holes, for payloads that are sentences. dialects.md §6, requirement 3.

/// A compiled template such as `Version {current_version} from {version}`.
///
/// Literal parts stand in order, the first and the last at the ends of the text; a hole takes the shortest run up to
/// the next literal. Nothing is tried twice, so a text takes time in its length, whoever wrote it: definitions have no
/// backtracking expressions on purpose.
struct TextTemplate: Hashable, Sendable {
    /// One part; two holes never stand side by side.
    enum Part: Hashable, Sendable {
        case literal([UInt8])
        /// At least one byte, which a field takes.
        case field(EventField)
        /// Anything, also nothing.
        case anything
    }

    /// Why a template cannot be compiled.
    enum Fault: Error, Hashable {
        case unknownField(String)
        case repeatedField(String)
        case neighbours
        case strayCharacter(Character)
        case tooLong
    }

    /// Most bytes of a template: a text is searched for its literals.
    static let longest = 512

    let parts: [Part]
    let foldsCase: Bool
    /// For each part the slot that its token fills; none for literals and `{*}`.
    private(set) var slots: [Int]

    /// Compiles a template.
    init(_ text: String, foldsCase: Bool = false) throws(Fault) {
        if text.utf8.count > Self.longest { throw .tooLong }
        var parts: [Part] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "{" {
                guard let end = rest.firstIndex(of: "}") else { throw .strayCharacter("{") }
                if case .literal? = parts.last {} else if !parts.isEmpty { throw .neighbours }
                parts.append(try Self.hole(String(rest[..<end].dropFirst()), after: parts))
                rest = rest[rest.index(after: end)...]
            } else {
                let run = rest.prefix { $0 != "{" }
                if let stray = run.first(where: { "}*".contains($0) }) { throw .strayCharacter(stray) }
                parts.append(.literal(run.utf8.map { foldsCase ? Self.folded($0) : $0 }))
                rest = rest[run.endIndex...]
            }
        }
        self.parts = parts
        self.foldsCase = foldsCase
        slots = [Int](repeating: PathTrie.none, count: parts.count)
    }

    private static func hole(_ name: String, after parts: [Part]) throws(Fault) -> Part {
        if name == "*" { return .anything }
        guard let field = EventField(rawValue: name) else { throw .unknownField(name) }
        if parts.contains(.field(field)) { throw .repeatedField(name) }
        return .field(field)
    }

    /// The fields that the template fills.
    var fields: [EventField] {
        parts.compactMap { part in
            if case .field(let field) = part { field } else { nil }
        }
    }

    /// Has fields fill the slots that `slot` gives.
    mutating func place(_ slot: (EventField) -> Int) {
        for index in parts.indices {
            if case .field(let field) = parts[index] { slots[index] = slot(field) }
        }
    }

    /// The text with every field replaced and nothing for `{*}`; `nil` when a field has no text.
    func text(filledBy field: (EventField) -> [UInt8]?) -> [UInt8]? {
        var text: [UInt8] = []
        for part in parts {
            switch part {
            case .literal(let bytes): text += bytes
            case .field(let name):
                guard let bytes = field(name), !bytes.isEmpty else { return nil }
                text += bytes
            case .anything: break
            }
        }
        return text
    }

    /// ASCII capitals as small letters.
    static func folded(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}

// MARK: - Matching

extension TextTemplate {
    /// Whether the bytes of a range fit; then the tokens of the template's fields are those of the text.
    /// - Complexity: O(n) in the bytes for a given template.
    func matches(_ bytes: RawSpan, in range: Range<Int>, into tokens: inout JSONScanner.Tokens) -> Bool {
        var index = range.lowerBound
        var hole: Int?
        for (number, part) in parts.enumerated() {
            guard case .literal(let literal) = part else {
                hole = number
                continue
            }
            let start: Int?
            if let hole {
                let least = index + leastCount(of: hole)
                let isLast = number == parts.count - 1
                start =
                    isLast
                    ? standing(literal, in: bytes, at: range.upperBound - literal.count, from: least)
                    : first(literal, in: bytes, least..<max(least, range.upperBound))
                if let start { note(hole, index..<start, &tokens) }
            } else {
                start = standing(literal, in: bytes, at: index, from: index, upTo: range.upperBound)
            }
            guard let start else { return false }
            index = start + literal.count
            hole = nil
        }
        if let hole {
            if range.upperBound - index < leastCount(of: hole) { return false }
            note(hole, index..<range.upperBound, &tokens)
            index = range.upperBound
        }
        return index == range.upperBound
    }

    private func leastCount(of hole: Int) -> Int { parts[hole] == .anything ? 0 : 1 }

    private func note(_ hole: Int, _ range: Range<Int>, _ tokens: inout JSONScanner.Tokens) {
        if slots[hole] != PathTrie.none { tokens[slots[hole]] = JSONToken(.bareText, in: range) }
    }

    /// The offset, if the literal stands there and there is not before `least`.
    private func standing(
        _ literal: [UInt8],
        in bytes: RawSpan,
        at offset: Int,
        from least: Int,
        upTo end: Int = .max
    ) -> Int? {
        guard offset >= least, offset + literal.count <= min(end, bytes.byteCount) else { return nil }
        for step in literal.indices where byte(bytes, offset + step) != literal[step] { return nil }
        return offset
    }

    /// The first place of the literal in a range.
    private func first(_ literal: [UInt8], in bytes: RawSpan, _ range: Range<Int>) -> Int? {
        var offset = range.lowerBound
        while offset + literal.count <= range.upperBound {
            if standing(literal, in: bytes, at: offset, from: offset) != nil { return offset }
            offset += 1
        }
        return nil
    }

    private func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
        foldsCase ? Self.folded(bytes.byte(at: offset)) : bytes.byte(at: offset)
    }
}

// Compiles topic templates.

extension TopicPattern {
    /// Why a template cannot be compiled.
    enum Fault: Error, Hashable {
        case unknownCapture(String)
        case repeatedCapture(String)
        case strayCharacter(level: String)
        case emptyAlternative(level: String)
        case twoTails
        case tailOfNumbers(String)
        case tooManyLevels
    }

    /// Compiles a template.
    init(_ template: String) throws(Fault) {
        var levels: [Level] = []
        for text in template.split(separator: "/", omittingEmptySubsequences: false) {
            let level = try Self.level(String(text))
            if let name = level.capture, levels.contains(where: { $0.capture == name }) {
                throw .repeatedCapture(name.rawValue)
            }
            levels.append(level)
        }
        guard levels.count <= TopicLevels.limit else { throw .tooManyLevels }
        let tails = levels.indices.filter { levels[$0].isTail }
        if tails.count > 1 { throw .twoTails }
        self.init(
            levels: levels,
            specificity: levels.reduce(0) { $0 + $1.weight } + (tails.isEmpty ? 1 : 0),
            tailIndex: tails.first
        )
    }

    private static func level(_ text: String) throws(Fault) -> Level {
        if text.hasPrefix("("), text.hasSuffix(")") {
            let words = text.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            if words.contains("") { throw .emptyAlternative(level: text) }
            guard words.allSatisfy(isPlain) else { throw .strayCharacter(level: text) }
            return .alternatives(words.map { Array($0.utf8) })
        }
        guard text.hasPrefix("{"), text.hasSuffix("}") else {
            guard isPlain(text[...]) else { throw .strayCharacter(level: text) }
            return .literal(Array(text.utf8))
        }
        let isTail = text.hasSuffix("+}")
        let name = String(text.dropFirst().dropLast(isTail ? 2 : 1))
        guard let capture = TopicCapture(rawValue: name) else { throw .unknownCapture(name) }
        if isTail, capture == .chunk || capture == .request { throw .tailOfNumbers(name) }
        return isTail ? .tail(capture) : .capture(capture)
    }

    private static func isPlain(_ text: Substring) -> Bool {
        !text.contains { "{}()|+#\0".contains($0) }
    }
}

extension TopicPattern {
    /// Whether a subscription's filter lets the template's topics through. MQTT 3.1.1 §4.7.
    ///
    /// Wildcards at the beginning do not reach topics that begin with `$`.
    func isReached(by filter: String) -> Bool {
        let parts = filter.split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == 0, beginsWithDollar, part == "#" || part == "+" { return false }
            if part == "#" { return true }
            guard index < levels.count, part == "+" || levels[index].spells(part) else { return false }
            if levels[index].isTail { return parts.last == "#" }
        }
        return parts.count == levels.count
    }

    /// Whether topics of this template begin with `$`.
    var beginsWithDollar: Bool {
        switch levels.first {
        case .literal(let bytes): bytes.first == UInt8(ascii: "$")
        case .alternatives(let words): words.contains { $0.first == UInt8(ascii: "$") }
        default: false
        }
    }
}

private extension TopicPattern.Level {
    var isTail: Bool {
        if case .tail = self { true } else { false }
    }

    /// What the level adds to the specificity: more than all levels of the next lower kind together.
    var weight: Int {
        switch self {
        case .literal: 1 << 16
        case .alternatives: 1 << 11
        case .capture: 1 << 6
        case .tail: 0
        }
    }

    /// Whether a filter's level is the one that the level has.
    func spells(_ part: Substring) -> Bool {
        switch self {
        case .literal(let bytes): bytes == Array(part.utf8)
        case .alternatives(let words): words == [Array(part.utf8)]
        default: false
        }
    }
}

// Which keys of a payload a definition knows, and which it does not.

/// The paths that fields, conditions and the `known` list of a message name; an array's elements count alike.
struct KnownPaths: Sendable {
    /// Most keys that a sentence names, and most that are looked for.
    static let sentenceLimit = 8, strangerLimit = 64

    private var trie = PathTrie()
    /// Whether the payload has no keys at all.
    private var isText = false

    init(of rule: MessageRule) {
        isText = rule.form == .text || rule.form == .binary
        let each = rule.each?.path
        for place in rule.places where place.scope != .text {
            let base =
                place.scope == .payload && place != rule.each ? each.map { $0 + [.index(0)] } ?? [] : []
            add(base + place.path)
        }
        for path in rule.known { add(path) }
        for path in rule.cases.flatMap(\.writes) { add((each.map { $0 + [.index(0)] } ?? []) + path.path) }
    }

    private mutating func add(_ path: [JSONStep]) {
        _ = trie.slot(for: path.map { if case .index = $0 { .index(0) } else { $0 } })
    }

    /// The keys that are not known, as dotted paths with `[*]` for the elements of arrays, each once.
    /// - Complexity: O(n) in the payload's bytes, and in the keys of a definition.
    func strangers(in payload: RawSpan) -> [String] {
        if isText { return [] }
        return JSONScanner.strangers(in: payload, to: trie, limit: Self.strangerLimit)
    }

    /// Unknown keys in words.
    static func sentence(_ strangers: [String]) -> String {
        let more = strangers.count > sentenceLimit ? " and \(strangers.count - sentenceLimit) more" : ""
        return "unexpected \(strangers.prefix(sentenceLimit).joined(separator: ", "))\(more)"
    }
}

// Which keys of a payload a definition knows, and which it does not.

/// The paths that fields, conditions and the `known` list of a message name; an array's elements count alike.
struct KnownPaths: Sendable {
    /// Most keys that a sentence names, and most that are looked for.
    static let sentenceLimit = 8, strangerLimit = 64

    private var trie = PathTrie()
    /// Paths below which everything is known.
    private var subtrees: [[JSONStep]] = []
    /// Whether the payload has no keys, or none that anybody asks about.
    private var hasNoKeys = false

    init(of rule: MessageRule) {
        hasNoKeys = rule.form == .text || rule.form == .binary || rule.known.contains([])
        let each = rule.each?.path
        // What stands below a known path is known.
        for path in rule.known {
            add(path)
            subtrees.append(path)
        }
        for place in rule.places where place.scope != .text {
            let base =
                place.scope == .payload && place != rule.each ? each.map { $0 + [.index(0)] } ?? [] : []
            add(base + place.path)
        }
        for path in rule.cases.flatMap(\.writes) { add((each.map { $0 + [.index(0)] } ?? []) + path.path) }
    }

    private mutating func add(_ path: [JSONStep]) {
        let path = path.map { step in if case .index = step { JSONStep.index(0) } else { step } }
        if !subtrees.contains(where: { path.starts(with: $0) }) { _ = trie.slot(for: path) }
    }

    /// The keys that are not known, as dotted paths with `[*]` for the elements of arrays, each once.
    /// - Complexity: O(n) in the payload's bytes, and in the keys of a definition.
    func strangers(in payload: RawSpan) -> [String] {
        if hasNoKeys { return [] }
        return JSONScanner.strangers(in: payload, to: trie, limit: Self.strangerLimit)
    }

    /// The keys of a payload, each once; at most `limit`.
    func keys(in payload: RawSpan, limit: Int) -> [FoundKey] {
        if hasNoKeys { return [] }
        return JSONScanner.keys(in: payload, of: trie, limit: limit)
    }

    /// Unknown keys in words.
    static func sentence(_ strangers: [String]) -> String {
        let more = strangers.count > sentenceLimit ? " and \(strangers.count - sentenceLimit) more" : ""
        return "unexpected \(strangers.prefix(sentenceLimit).joined(separator: ", "))\(more)"
    }
}

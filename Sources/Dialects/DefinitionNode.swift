// A node of a definition file, freed of YAML, with its line for errors.

/// A scalar, list or mapping of a definition.
struct DefinitionNode: Sendable {
    /// What the node is.
    indirect enum Content: Sendable {
        /// Text, and whether it stood without quotes.
        case scalar(String, isPlain: Bool)
        case list([DefinitionNode])
        case mapping([Member])
    }

    /// A key of a mapping and its value.
    struct Member: Sendable {
        var key: String
        var value: DefinitionNode
        /// Whether the key stood without quotes.
        var isPlainKey = false
    }

    var origin: String
    var line: Int
    var content: Content

    /// An error at this node.
    func fault(_ problem: String, _ remedy: String) -> DialectError {
        .definition(origin: origin, line: line, problem: problem, remedy: remedy)
    }

    /// The node's text.
    func text() throws(DialectError) -> String {
        guard case .scalar(let text, _) = content else {
            throw fault("expected a text, got \(kindName)", "write one value")
        }
        return text
    }

    /// The scalar as JSON would have it: quoted text is text, plain `true`, `12` and `null` are what they look like.
    func literal() throws(DialectError) -> Literal {
        guard case .scalar(let text, let isPlain) = content else {
            throw fault("expected a value, got \(kindName)", "write one value")
        }
        guard isPlain else { return .text(text) }
        switch text {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null", "~", "": return .null
        default: return JSONText.isNumber(text) ? .number(text) : .text(text)
        }
    }

    /// `true` or `false`.
    func flag() throws(DialectError) -> Bool {
        guard case .flag(let flag) = try literal() else {
            throw fault("expected true or false", "write true or false, without quotes")
        }
        return flag
    }

    /// A number.
    func number() throws(DialectError) -> Double {
        guard case .number(let text) = try literal(), let number = Double(text), number.isFinite else {
            throw fault("expected a number", "write a number, without quotes")
        }
        return number
    }

    /// The elements; a single value counts as a list of one.
    func list() throws(DialectError) -> [DefinitionNode] {
        switch content {
        case .scalar: return [self]
        case .list(let elements): return elements
        case .mapping: throw fault("expected a list, got a mapping", "write [a, b]")
        }
    }

    /// The texts of a list, or of a single value.
    func texts() throws(DialectError) -> [String] {
        try list().map { (node) throws(DialectError) -> String in try node.text() }
    }

    /// The literals of a list, or of a single value.
    func literals() throws(DialectError) -> [Literal] {
        try list().map { (node) throws(DialectError) -> Literal in try node.literal() }
    }

    /// The members of a mapping, in order.
    func members() throws(DialectError) -> [Member] {
        guard case .mapping(let members) = content else {
            throw fault("expected a mapping, got \(kindName)", "write key: value")
        }
        return members
    }

    /// The members of a mapping whose keys must be among these.
    func mapping(of keys: [String]) throws(DialectError) -> DefinitionMapping {
        let members = try members()
        if let stranger = members.first(where: { !keys.contains($0.key) }) {
            throw stranger.value.fault(
                "unknown key `\(stranger.key)`",
                "known here: \(keys.joined(separator: ", "))"
            )
        }
        return DefinitionMapping(node: self, members: members)
    }

    /// The value of an enumeration that is spelled by its raw values.
    func choice<Choice: RawRepresentable & CaseIterable>(_ what: String) throws(DialectError) -> Choice
    where Choice.RawValue == String {
        let text = try text()
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw fault("unknown \(what) `\(text)`", "write one of \(known)")
    }

    /// A length of time such as `500ms`, `10s`, `5m` or `2h`.
    func duration() throws(DialectError) -> Duration {
        let text = try text()
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: Int64] = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
        guard let count = Int64(digits), count <= 1_000_000_000,
            let unit = units[text.dropFirst(digits.count)]
        else {
            throw fault("unreadable time `\(text)`", "write a whole number and a unit: 500ms, 10s, 5m, 2h")
        }
        return .milliseconds(count * unit)
    }

    private var kindName: String {
        switch content {
        case .scalar: "a value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A mapping whose keys have been checked.
struct DefinitionMapping: Sendable {
    var node: DefinitionNode
    var members: [DefinitionNode.Member]

    /// The value of a key that may be absent.
    subscript(key: String) -> DefinitionNode? {
        members.first { $0.key == key }?.value
    }

    /// The value of a key that must be there.
    func required(_ key: String) throws(DialectError) -> DefinitionNode {
        guard let value = self[key] else { throw node.fault("`\(key)` is missing", "add `\(key):`") }
        return value
    }
}

// Compiles the messages of a definition: topics, cases and conditions.

extension DefinitionCompiler {
    /// The rules under `messages`; `roots` are the beginnings that topics may have, by name.
    static func messages(
        _ node: DefinitionNode,
        roots: [String: [String]]
    ) throws(DialectError) -> [MessageRule] {
        var rules: [MessageRule] = []
        for element in try node.list() {
            let rule = try message(element, roots: roots)
            if rules.contains(where: { $0.name == rule.name }) {
                throw element.fault("message \(rule.name) is there twice", "give each message its own name")
            }
            rules.append(rule)
        }
        if rules.isEmpty { throw node.fault("no messages", "add at least one message") }
        return rules
    }

    private static func message(
        _ node: DefinitionNode,
        roots: [String: [String]]
    ) throws(DialectError) -> MessageRule {
        let mapping = try node.mapping(of: [
            "name", "direction", "roots", "topic", "payload", "event", "cases", "fields",
        ])
        let direction: Dialect.Direction = try mapping.required("direction").choice("direction")
        var trie = PathTrie()
        _ = trie.slot(for: [])
        let fields = try fields(mapping["fields"], trie: &trie)
        let cases = try cases(mapping, trie: &trie)
        if trie.slotCount > PathTrie.slotLimit {
            throw node.fault("more than \(PathTrie.slotLimit - 1) paths", "name fewer paths in one message")
        }
        return MessageRule(
            name: try mapping.required("name").text(),
            direction: direction,
            topics: try topics(of: mapping, direction, roots: roots),
            fields: fields,
            cases: cases,
            trie: trie,
            takesAnyPayload: try takesAnyPayload(mapping["payload"])
        )
    }

    private static func takesAnyPayload(_ node: DefinitionNode?) throws(DialectError) -> Bool {
        guard let node else { return false }
        switch try node.text() {
        case "json": return false
        case "any": return true
        default: throw node.fault("unknown payload `\(try node.text())`", "write json or any")
        }
    }

    private static func topics(
        of mapping: DefinitionMapping,
        _ direction: Dialect.Direction,
        roots: [String: [String]]
    ) throws(DialectError) -> [TopicPattern] {
        let rootName = try mapping["roots"]?.text() ?? direction.rawValue
        if let node = mapping["roots"], roots[rootName] == nil {
            throw node.fault("unknown roots `\(rootName)`", "define them under `roots:` at the top")
        }
        var patterns: [TopicPattern] = []
        for topic in try mapping.required("topic").list() {
            for root in roots[rootName] ?? [""] { patterns.append(try pattern(root, topic)) }
        }
        return patterns
    }

    private static func pattern(_ root: String, _ node: DefinitionNode) throws(DialectError) -> TopicPattern {
        let template = root + (try node.text())
        do {
            return try TopicPattern(template)
        } catch {
            let known = TopicCapture.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
            switch error {
            case .unknownCapture(let name):
                throw node.fault("unknown capture {\(name)} in \(template)", "write one of \(known)")
            case .repeatedCapture(let name):
                throw node.fault("{\(name)} is in \(template) twice", "capture each id once")
            case .strayCharacter(let level):
                throw node.fault("level `\(level)` of \(template)", "write a plain level or one of \(known)")
            case .tooManyLevels:
                throw node.fault("too many levels in \(template)", "write at most \(TopicLevels.limit)")
            }
        }
    }
}

// MARK: - Cases

extension DefinitionCompiler {
    private static func cases(
        _ mapping: DefinitionMapping,
        trie: inout PathTrie
    ) throws(DialectError) -> [MessageRule.Case] {
        if let event = mapping["event"] {
            if let cases = mapping["cases"] {
                throw cases.fault("both `event` and `cases`", "keep one of them")
            }
            return [MessageRule.Case(kind: try event.choice("event"))]
        }
        var cases: [MessageRule.Case] = []
        for node in try mapping.required("cases").list() {
            cases.append(try self.case(node, trie: &trie))
        }
        return cases
    }

    private static func `case`(
        _ node: DefinitionNode,
        trie: inout PathTrie
    ) throws(DialectError) -> MessageRule.Case {
        let mapping = try node.mapping(of: ["event", "when", "set", "write"])
        var result = MessageRule.Case(kind: try mapping.required("event").choice("event"))
        if let when = mapping["when"] { result.condition = try condition(when, trie: &trie) }
        if let set = try mapping["set"]?.mapping(of: ["ok", "soft", "code"]) {
            result.isOK = try set["ok"]?.flag()
            result.isSoft = try set["soft"]?.flag() ?? false
            result.code = try set["code"]?.text()
        }
        for member in try mapping["write"]?.members() ?? [] {
            let path = member.key.split(separator: ".").map(String.init)
            result.writes.append(MessageRule.Case.Write(path: path, literal: try member.value.literal()))
        }
        return result
    }

    private static func condition(
        _ node: DefinitionNode,
        trie: inout PathTrie
    ) throws(DialectError) -> Condition {
        var conditions: [Condition] = []
        for member in try node.members() {
            switch member.key {
            case "any":
                var alternatives: [Condition] = []
                for element in try member.value.list() {
                    alternatives.append(try condition(element, trie: &trie))
                }
                conditions.append(.any(alternatives))
            case "not": conditions.append(.not(try condition(member.value, trie: &trie)))
            default:
                let places = places(member.key.split(separator: "|").map(String.init), trie: &trie)
                conditions.append(.value(places, try test(member.value)))
            }
        }
        return .all(conditions)
    }

    private static func test(_ node: DefinitionNode) throws(DialectError) -> Condition.Test {
        guard case .mapping = node.content else { return .isOneOf(try node.literals()) }
        let mapping = try node.mapping(of: ["exists", "content", "below", "above"])
        guard mapping.members.count == 1 else { throw node.fault("not one test", "write one test a path") }
        if let flag = try mapping["exists"]?.flag() { return .exists(flag) }
        if let flag = try mapping["content"]?.flag() { return .hasContent(flag) }
        if let limit = try mapping["below"]?.number() { return .isBelow(limit) }
        return .isAbove(try mapping.required("above").number())
    }

    /// Paths with dots between their keys, as places that the scanner fills.
    static func places(_ paths: [String], trie: inout PathTrie) -> [FieldRule.Place] {
        var places: [FieldRule.Place] = []
        for text in paths {
            let path = text.split(separator: ".").map(String.init)
            places.append(FieldRule.Place(path: path, slot: trie.slot(for: path)))
        }
        return places
    }
}

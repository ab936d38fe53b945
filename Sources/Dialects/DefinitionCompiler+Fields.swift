// Compiles the field map of a message.

extension DefinitionCompiler {
    /// The rules under `fields`, in order: it is the order in which they are written.
    static func fields(
        _ node: DefinitionNode?,
        trie: inout PathTrie
    ) throws(DialectError) -> [FieldRule] {
        var rules: [FieldRule] = []
        for member in try node?.members() ?? [] {
            let target = EventField(rawValue: member.key)
            switch member.value.content {
            case .scalar, .list:
                guard let target else { throw unknown(member) }
                rules.append(try field(target, at: member.value, trie: &trie))
            case .mapping:
                rules.append(try field(target, member, trie: &trie))
            }
        }
        return rules
    }

    private static func unknown(_ member: DefinitionNode.Member) -> DialectError {
        member.value.fault(
            "unknown field `\(member.key)`",
            "map one of \(EventField.allCases.map(\.rawValue).joined(separator: ", ")), "
                + "or give the key a value with {write: …}"
        )
    }

    /// The short form: only where the field stands.
    private static func field(
        _ target: EventField,
        at node: DefinitionNode,
        trie: inout PathTrie
    ) throws(DialectError) -> FieldRule {
        let rule = FieldRule(target: target, places: places(try node.texts(), trie: &trie))
        try check(rule, node)
        return rule
    }

    /// The long form.
    private static func field(
        _ target: EventField?,
        _ member: DefinitionNode.Member,
        trie: inout PathTrie
    ) throws(DialectError) -> FieldRule {
        let mapping = try member.value.mapping(of: [
            "path", "algorithm", "unit", "decimals", "required", "lenient", "absent_if", "default",
            "constant",
            "write", "values",
        ])
        if target == nil, mapping["write"] == nil { throw unknown(member) }
        let paths = try mapping["path"]?.texts() ?? [member.key]
        var rule = FieldRule(target: target, places: places(paths, trie: &trie))
        if let path = try mapping["algorithm"]?.text() {
            rule.algorithm = places([path], trie: &trie).first
        }
        rule.unit = try mapping["unit"]?.choice("unit")
        rule.decimals = try mapping["decimals"].map { (node) throws(DialectError) in try decimals(node) }
        rule.isRequired = try mapping["required"]?.flag() ?? false
        rule.isLenient = try mapping["lenient"]?.flag() ?? false
        rule.absentValues = try mapping["absent_if"]?.literals() ?? []
        rule.defaultFlag = try mapping["default"]?.flag()
        rule.constant = try mapping["constant"]?.literal()
        rule.written = try mapping["write"]?.literal()
        for word in try mapping["values"]?.members() ?? [] {
            rule.words.append(FieldRule.Word(text: word.key, flag: try word.value.flag()))
        }
        try check(rule, member.value)
        return rule
    }

    private static func decimals(_ node: DefinitionNode) throws(DialectError) -> Int {
        guard let count = Int(exactly: try node.number()), (0...9).contains(count) else {
            throw node.fault("unreadable decimals", "write a whole number from 0 to 9")
        }
        return count
    }

    /// Refuses what would read as nothing, or as something else than meant.
    private static func check(_ rule: FieldRule, _ node: DefinitionNode) throws(DialectError) {
        if rule.places.isEmpty || rule.places.contains(where: \.path.isEmpty) {
            throw node.fault("an empty path", "name the key that holds the field")
        }
        guard let target = rule.target else { return }
        let type = target.valueType
        if let unit = rule.unit, !unit.fits(type) {
            throw node.fault("unit \(unit.rawValue) does not fit \(target.rawValue)", "\(units(of: type))")
        }
        if rule.unit == nil, FieldUnit.allCases.contains(where: { $0.fits(type) }) {
            throw node.fault("\(target.rawValue) has no unit", "\(units(of: type))")
        }
        if type != .flag, rule.defaultFlag != nil || !rule.words.isEmpty {
            throw node.fault(
                "\(target.rawValue) is not true or false",
                "keep `default` and `values` for ok and digest_verified"
            )
        }
        if type != .digest, rule.algorithm != nil {
            throw node.fault("\(target.rawValue) has no algorithm", "keep `algorithm` for digest")
        }
    }

    private static func units(of type: EventField.ValueType) -> String {
        let known = FieldUnit.allCases.filter { $0.fits(type) }.map(\.rawValue)
        return known.isEmpty ? "leave `unit` out" : "add `unit:` with one of \(known.joined(separator: ", "))"
    }
}

// Compiles the field map of a message.

extension DefinitionCompiler {
    /// The keys of a field's long form.
    private static let fieldKeys = [
        "path", "connection", "length", "algorithm", "unit", "sign", "decimals", "required", "lenient",
        "coerce", "absent_if", "default", "constant", "write", "values", "fold_case", "for",
        "over_topic",
    ]

    /// The rules under `fields`, in order: it is the order in which they are written.
    ///
    /// Fields that text templates fill need no entry.
    static func fields(
        of message: DefinitionMapping,
        _ paths: inout MessagePaths,
        coerces: Bool
    ) throws(DialectError) -> [FieldRule] {
        var rules: [FieldRule] = []
        for member in try message["fields"]?.members() ?? [] {
            let target = EventField(rawValue: member.key)
            switch member.value.content {
            case .scalar, .list:
                guard let target else { throw unknown(member) }
                var rule = FieldRule(
                    target: target,
                    places: try paths.places(try member.value.texts(), member.value)
                )
                rule.coerces = coerces
                try check(rule, member.value)
                rules.append(rule)
            case .mapping: rules.append(try field(target, member, &paths, coerces: coerces))
            }
        }
        for field in paths.heldFields where !rules.contains(where: { $0.target == field }) {
            let rule = FieldRule(target: field, places: [paths.hole(for: field)])
            try check(rule, message["text"] ?? message.node)
            rules.append(rule)
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

    /// The long form.
    private static func field(
        _ target: EventField?,
        _ member: DefinitionNode.Member,
        _ paths: inout MessagePaths,
        coerces: Bool
    ) throws(DialectError) -> FieldRule {
        let mapping = try member.value.mapping(of: fieldKeys)
        if target == nil, mapping["write"] == nil { throw unknown(member) }
        var rule = FieldRule(target: target, places: [])
        rule.origin = try origin(mapping)
        if rule.origin == .payload { rule.places = try places(of: member, mapping, target, &paths) }
        if let node = mapping["algorithm"] { rule.algorithm = try paths.place(try node.text(), node) }
        rule.unit = try mapping["unit"]?.choice("unit")
        if let sign = mapping["sign"] {
            guard try sign.text() == "ignore" else {
                throw sign.fault("unknown sign", "write `sign: ignore`")
            }
            rule.ignoresSign = true
        }
        rule.decimals = try mapping["decimals"].map { (node) throws(DialectError) in try decimals(node) }
        rule.kinds = try kinds(mapping["for"])
        rule.isOverTopic = try isOverTopic(mapping["over_topic"], target)
        rule.isRequired = try mapping["required"]?.flag() ?? false
        rule.isLenient = try mapping["lenient"]?.flag() ?? false
        rule.coerces = try mapping["coerce"]?.flag() ?? coerces
        rule.absentValues = try mapping["absent_if"]?.literals() ?? []
        rule.constant = try mapping["constant"]?.literal()
        rule.written = try mapping["write"]?.literal()
        rule.foldsCase = try mapping["fold_case"]?.flag() ?? false
        rule.words = try words(mapping["values"], of: target)
        try check(rule, member.value)
        if let node = mapping["default"] { rule.defaultValue = try defaultValue(node, of: rule) }
        return rule
    }

    private static func places(
        of member: DefinitionNode.Member,
        _ mapping: DefinitionMapping,
        _ target: EventField?,
        _ paths: inout MessagePaths
    ) throws(DialectError) -> [FieldRule.Place] {
        if let node = mapping["path"] { return try paths.places(try node.texts(), node) }
        if let hole = target.flatMap(paths.knownHole(for:)) { return [hole] }
        return try paths.places([member.key], member.value)
    }

    private static func origin(_ mapping: DefinitionMapping) throws(DialectError) -> FieldRule.Origin {
        if let node = mapping["connection"] {
            guard try node.text() == "client_id" else {
                throw node.fault(
                    "unknown part of a connection `\(try node.text())`",
                    "write client_id; user names are credentials and no identity"
                )
            }
            return .clientID
        }
        return try mapping["length"]?.flag() ?? false ? .length : .payload
    }

    private static func kinds(_ node: DefinitionNode?) throws(DialectError) -> Set<UpgradeEvent.Kind> {
        var kinds: Set<UpgradeEvent.Kind> = []
        for element in try node?.list() ?? [] { kinds.insert(try element.choice("event")) }
        return kinds
    }

    private static func isOverTopic(
        _ node: DefinitionNode?,
        _ target: EventField?
    ) throws(DialectError) -> Bool {
        guard let node, try node.flag() else { return false }
        guard target == .deviceID else {
            throw node.fault("`over_topic` for another field", "keep it for device_id")
        }
        return true
    }

    private static func decimals(_ node: DefinitionNode) throws(DialectError) -> Int {
        guard let count = Int(exactly: try node.number()), (0...9).contains(count) else {
            throw node.fault("unreadable decimals", "write a whole number from 0 to 9")
        }
        return count
    }

    private static func words(
        _ node: DefinitionNode?,
        of target: EventField?
    ) throws(DialectError) -> [FieldRule.Word] {
        guard let node else { return [] }
        var words: [FieldRule.Word] = []
        for member in try node.members() {
            let meaning: FieldRule.Word.Meaning
            switch target?.valueType {
            case .flag: meaning = .flag(try member.value.flag())
            case .text: meaning = .text(try member.value.text())
            default:
                throw node.fault(
                    "\(target?.rawValue ?? "the key") has no words",
                    "keep `values` for texts, ok and digest_verified"
                )
            }
            let isNumber = member.isPlainKey && JSONText.isNumber(member.key)
            words.append(FieldRule.Word(text: member.key, meaning: meaning, isNumber: isNumber))
        }
        return words
    }
}

// MARK: - Checks

extension DefinitionCompiler {
    /// What a field means that a payload does not state: read as a payload would be, but for enumerations.
    private static func defaultValue(
        _ node: DefinitionNode,
        of rule: FieldRule
    ) throws(DialectError) -> EventValue {
        var rule = rule
        rule.places = [FieldRule.Place(path: [], slot: MessageRule.rootSlot)]
        (rule.algorithm, rule.constant, rule.words, rule.coerces) = (nil, nil, [], true)
        let plan = ReadingPlan(.reading(rule), of: "", coerces: true, failures: [])
        let payload = JSONStyle.compact.literal(try node.literal())
        var tokens = JSONScanner.Tokens(repeating: .absent)
        if (try? plan.scan(payload.rawSpan, into: &tokens)) != nil, let step = plan.steps.first,
            let value = try? ValueReader(payload.rawSpan, tokens.span, under: plan).value(of: step)
        {
            return value
        }
        throw node.fault(
            "the default does not fit \(rule.target?.rawValue ?? "the key")",
            "write what a payload would say, in the field's unit"
        )
    }

    /// Refuses what would read as nothing, or as something else than meant.
    private static func check(_ rule: FieldRule, _ node: DefinitionNode) throws(DialectError) {
        if rule.places.isEmpty, rule.origin == .payload {
            throw node.fault("an empty path", "name the key that holds the field")
        }
        guard let target = rule.target else { return }
        let type = target.valueType
        if rule.origin == .clientID, type != .text {
            throw node.fault("\(target.rawValue) is no id", "keep `connection: client_id` for device_id")
        }
        if rule.origin == .length, type != .integer {
            throw node.fault("\(target.rawValue) is no count", "keep `length` for chunk_bytes and size")
        }
        if rule.unit.map({ !$0.fits(type) }) ?? FieldUnit.isNeeded(by: type) {
            let problem = rule.unit.map { "unit \($0.rawValue) does not fit" }
            throw node.fault(
                problem.map { "\($0) \(target.rawValue)" } ?? "\(target.rawValue) has no unit",
                units(of: type)
            )
        }
        if rule.ignoresSign, ![.integer, .number, .rate, .duration].contains(type) {
            throw node.fault("\(target.rawValue) has no sign", "keep `sign` for numbers")
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

private extension MessageRule {
    /// A message that is nothing but one field.
    static func reading(_ field: FieldRule) -> MessageRule {
        MessageRule(
            name: "default",
            direction: .up,
            topics: [],
            fields: [field],
            cases: [Case(kind: .log)],
            paths: PathSlots()
        )
    }
}

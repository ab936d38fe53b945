// Compiles the events that a message can state, and what must hold for them.

extension DefinitionCompiler {
    /// The cases of a message, in order.
    static func cases(
        _ mapping: DefinitionMapping,
        _ paths: inout MessagePaths
    ) throws(DialectError) -> [MessageRule.Case] {
        if let event = mapping["event"] {
            if let cases = mapping["cases"] {
                throw cases.fault("both `event` and `cases`", "keep one of them")
            }
            return [MessageRule.Case(kind: try kind(event))]
        }
        var cases: [MessageRule.Case] = []
        for node in try mapping.required("cases").list() {
            cases.append(try self.case(node, &paths))
        }
        return cases
    }

    /// The kind of event; `nil` for `none`.
    private static func kind(_ node: DefinitionNode) throws(DialectError) -> UpgradeEvent.Kind? {
        let text = try node.text()
        if text == "none" { return nil }
        if let kind = UpgradeEvent.Kind(rawValue: text) { return kind }
        let known = UpgradeEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw node.fault(
            "unknown event `\(text)`",
            "write one of \(known), or none for what is not the dialect's"
        )
    }

    private static func `case`(
        _ node: DefinitionNode,
        _ paths: inout MessagePaths
    ) throws(DialectError) -> MessageRule.Case {
        let mapping = try node.mapping(of: ["event", "when", "set", "write"])
        var result = MessageRule.Case(kind: try kind(mapping.required("event")))
        if let when = mapping["when"] { result.condition = try condition(when, &paths) }
        if let set = try mapping["set"]?.mapping(of: ["ok", "soft", "code"]) {
            result.isOK = try set["ok"]?.flag()
            result.isSoft = try set["soft"]?.flag() ?? false
            result.code = try set["code"]?.text()
        }
        for member in try mapping["write"]?.members() ?? [] {
            guard let path = [JSONStep](member.key) else {
                throw member.value.fault("unreadable path `\(member.key)`", "write a, a.b or a[0].b")
            }
            result.writes.append(MessageRule.Case.Write(path: path, literal: try member.value.literal()))
        }
        return result
    }

    private static func condition(
        _ node: DefinitionNode,
        _ paths: inout MessagePaths
    ) throws(DialectError) -> Condition {
        var conditions: [Condition] = []
        for member in try node.members() {
            switch member.key {
            case "any":
                var alternatives: [Condition] = []
                for element in try member.value.list() {
                    alternatives.append(try condition(element, &paths))
                }
                conditions.append(.any(alternatives))
            case "not": conditions.append(.not(try condition(member.value, &paths)))
            default:
                let alternatives = member.key.split(separator: "|").map(String.init)
                let places = try paths.places(alternatives, member.value)
                conditions.append(.value(places, try test(member.value, &paths)))
            }
        }
        return .all(conditions)
    }

    private static func test(
        _ node: DefinitionNode,
        _ paths: inout MessagePaths
    ) throws(DialectError) -> Condition.Test {
        guard case .mapping = node.content else { return .isOneOf(try node.literals()) }
        let mapping = try node.mapping(of: [
            "exists", "content", "below", "above", "equals", "text", "is", "fold_case",
        ])
        guard mapping.members.count(where: { $0.key != "fold_case" }) == 1 else {
            throw node.fault("not one test", "write one test a path")
        }
        let foldsCase = try mapping["fold_case"]?.flag() ?? false
        if let flag = try mapping["exists"]?.flag() { return .exists(flag) }
        if let flag = try mapping["content"]?.flag() { return .hasContent(flag) }
        if let limit = try mapping["below"]?.number() { return .isBelow(limit) }
        if let other = mapping["equals"] { return .equals(try paths.places(try other.texts(), other)) }
        if let literals = try mapping["is"]?.literals() {
            return foldsCase ? .isSpelled(literals) : .isOneOf(literals)
        }
        if let texts = mapping["text"] { return .isText(try testTemplates(texts, foldsCase: foldsCase)) }
        return .isAbove(try mapping.required("above").number())
    }

    private static func testTemplates(
        _ node: DefinitionNode,
        foldsCase: Bool
    ) throws(DialectError) -> [TextTemplate] {
        var templates: [TextTemplate] = []
        for element in try node.list() {
            let template = try template(element, foldsCase: foldsCase)
            if let field = template.fields.first {
                throw element.fault(
                    "{\(field.rawValue)} in a condition",
                    "write {*}: conditions fill no field"
                )
            }
            templates.append(template)
        }
        return templates
    }
}

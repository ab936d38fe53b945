// Compiles what a definition says about its dialect as a whole.

extension DefinitionCompiler {
    /// The definition's own version, from 1.
    static func version(_ node: DefinitionNode?) throws(DialectError) -> Int {
        guard let node else { return 1 }
        guard let version = Int(exactly: try node.number()), version > 0 else {
            throw node.fault("unreadable version", "write a whole number from 1")
        }
        return version
    }

    static func correlation(_ node: DefinitionNode?) throws(DialectError) -> CorrelationRules {
        var rules = CorrelationRules()
        guard let node else { return rules }
        let mapping = try node.mapping(of: ["scope", "kind_separator"])
        rules.scope = try mapping["scope"]?.choice("scope") ?? rules.scope
        rules.kindSeparator = try mapping["kind_separator"]?.text()
        if let node = mapping["kind_separator"], rules.kindSeparator?.isEmpty == true {
            throw node.fault("an empty kind_separator", "write what stands behind the kind: \"-\"")
        }
        return rules
    }

    /// Keys whose values are masked; of a path only the last key counts.
    static func secrets(_ node: DefinitionNode?) throws(DialectError) -> [String] {
        var secrets: [String] = []
        for element in try node?.list() ?? [] {
            guard let key = try element.text().split(separator: ".").last else {
                throw element.fault("an empty secret", "name the key that holds it")
            }
            secrets.append(String(key))
        }
        return secrets
    }

    static func invisible(_ node: DefinitionNode?) throws(DialectError) -> [Invisible] {
        var invisible: [Invisible] = []
        for element in try node?.list() ?? [] {
            if case .scalar = element.content {
                invisible.append(Invisible(what: try element.text()))
                continue
            }
            let mapping = try element.mapping(of: ["event", "what", "instead"])
            invisible.append(
                Invisible(
                    event: try mapping["event"]?.choice("event"),
                    what: try mapping.required("what").text(),
                    instead: try mapping["instead"]?.text()
                )
            )
        }
        return invisible
    }
}

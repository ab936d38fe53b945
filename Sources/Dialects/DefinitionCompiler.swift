// Compiles a definition into a dialect. dialects.md §6; the keys are explained in Language/language.md.

internal import Traffic

/// Turns the nodes of a definition file into rules, refusing whatever it does not know.
enum DefinitionCompiler {
    private static let keys = [
        "dialect", "version", "title", "aliases", "subscriptions", "json", "coerce", "reports_version", "qos",
        "timers", "correlation", "secrets", "invisible", "roots", "failures", "variants", "messages",
    ]

    /// Compiles a whole file and every variant in it.
    static func dialect(from root: DefinitionNode) throws(DialectError) -> Dialect {
        let variants = try variants(of: root)
        var dialect = try dialect(from: root, variant: nil)
        for variant in variants {
            let node = try DefinitionVariant.applying(variant.key, variant.value, to: root)
            dialect.variantDialects.append(try self.dialect(from: node, variant: variant.key))
        }
        return dialect
    }

    private static func variants(of root: DefinitionNode) throws(DialectError) -> [DefinitionNode.Member] {
        try root.mapping(of: keys)["variants"]?.members() ?? []
    }

    private static func dialect(
        from root: DefinitionNode,
        variant: String?
    ) throws(DialectError) -> Dialect {
        let mapping = try root.mapping(of: keys)
        let name = try mapping.required("dialect").text()
        let subscriptions = try mapping.required("subscriptions").texts()
        let coerces = try mapping["coerce"]?.flag() ?? false
        let surroundings = Surroundings(
            roots: try roots(mapping["roots"]),
            subscriptions: subscriptions,
            coerces: coerces
        )
        let rules = try messages(mapping.required("messages"), in: surroundings)
        let correlation = try correlation(mapping["correlation"])
        let invisible = try invisible(mapping["invisible"])
        return Dialect(
            name: name,
            title: try mapping["title"]?.text() ?? name,
            definitionVersion: try version(mapping["version"]),
            aliases: try mapping["aliases"]?.texts() ?? [],
            variant: variant,
            subscriptions: subscriptions,
            timers: try timers(mapping["timers"]),
            reportsVersion: try mapping["reports_version"]?.flag() ?? false,
            correlation: correlation,
            invisible: invisible,
            secrets: try secrets(mapping["secrets"]),
            rules: rules,
            plans: plans(of: rules, name, coerces, try failures(mapping["failures"]), correlation),
            topics: topics(of: rules),
            style: try mapping["json"]?.choice("JSON style") ?? .compact,
            qos: try qos(mapping["qos"])
        )
    }

    private static func plans(
        of rules: [MessageRule],
        _ dialect: String,
        _ coerces: Bool,
        _ failures: [FailurePattern],
        _ correlation: CorrelationRules
    ) -> [ReadingPlan] {
        rules.map { rule in
            ReadingPlan(
                rule,
                of: dialect,
                coerces: coerces,
                failures: failures,
                findsDeviceByCommand: correlation.scope == .global
            )
        }
    }

    private static func topics(of rules: [MessageRule]) -> TopicTable {
        TopicTable(
            rules.enumerated().flatMap { index, rule in
                rule.topics.map { TopicTable.Entry(pattern: $0, rule: index) }
            }
        )
    }

    private static func roots(_ node: DefinitionNode?) throws(DialectError) -> [String: [String]] {
        var roots: [String: [String]] = [:]
        for member in try node?.members() ?? [] { roots[member.key] = try member.value.texts() }
        return roots
    }

    private static func timers(_ node: DefinitionNode?) throws(DialectError) -> DialectTimers {
        var timers = DialectTimers()
        guard let node else { return timers }
        let mapping = try node.mapping(of: ["ack", "stall", "session", "confirm", "close"])
        timers.ack = try mapping["ack"]?.duration() ?? timers.ack
        timers.stall = try mapping["stall"]?.duration() ?? timers.stall
        timers.session = try mapping["session"]?.duration() ?? timers.session
        timers.confirm = try mapping["confirm"]?.duration() ?? timers.confirm
        timers.close = try mapping["close"]?.duration() ?? timers.close
        return timers
    }

    private static func qos(_ node: DefinitionNode?) throws(DialectError) -> [Dialect.Direction: QoS] {
        guard let node else { return [:] }
        let mapping = try node.mapping(of: Dialect.Direction.allCases.map(\.rawValue))
        var qos: [Dialect.Direction: QoS] = [:]
        for direction in Dialect.Direction.allCases {
            guard let level = mapping[direction.rawValue] else { continue }
            qos[direction] = UInt8(exactly: try level.number()).flatMap(QoS.init(rawValue:))
            if qos[direction] == nil { throw level.fault("unknown QoS", "write 0, 1 or 2") }
        }
        return qos
    }

    private static func failures(_ node: DefinitionNode?) throws(DialectError) -> [FailurePattern] {
        try node?.list().map { (node) throws(DialectError) -> FailurePattern in
            let mapping = try node.mapping(of: ["class", "code", "text"])
            let codes = try mapping["code"]?.texts() ?? []
            let parts = try mapping["text"]?.texts() ?? []
            guard !(codes + parts).isEmpty, !(codes + parts).contains("") else {
                throw node.fault(
                    "a failure that nothing claims",
                    "add `code:` or `text:` with what devices say"
                )
            }
            let failureClass: FailureClass = try mapping.required("class").choice("failure class")
            return FailurePattern(failureClass, codes: codes, parts: parts)
        } ?? []
    }
}

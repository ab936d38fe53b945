// Compiles the topics of a message.

extension DefinitionCompiler {
    /// The templates of a message, each with every beginning that it may have.
    static func topics(
        of mapping: DefinitionMapping,
        _ direction: Dialect.Direction,
        in surroundings: Surroundings
    ) throws(DialectError) -> [TopicPattern] {
        let rootName = try mapping["roots"]?.text() ?? direction.rawValue
        if let node = mapping["roots"], surroundings.roots[rootName] == nil {
            throw node.fault("unknown roots `\(rootName)`", "define them under `roots:` at the top")
        }
        var patterns: [TopicPattern] = []
        for topic in try mapping.required("topic").list() {
            for root in surroundings.roots[rootName] ?? [""] {
                let pattern = try pattern(root, topic)
                try check(pattern, root, topic, surroundings.subscriptions)
                patterns.append(pattern)
            }
        }
        return patterns
    }

    /// Wildcards at the beginning do not reach topics that begin with `$` (MQTT 3.1.1 §4.7.2).
    private static func check(
        _ pattern: TopicPattern,
        _ root: String,
        _ node: DefinitionNode,
        _ subscriptions: [String]
    ) throws(DialectError) {
        guard pattern.beginsWithDollar, !subscriptions.contains(where: pattern.isReached(by:)) else { return }
        throw node.fault(
            "no subscription reaches \(root)\(try node.text())",
            "list $… subscriptions explicitly: # and + at the beginning do not reach them"
        )
    }

    private static func pattern(_ root: String, _ node: DefinitionNode) throws(DialectError) -> TopicPattern {
        let template = root + (try node.text())
        do throws(TopicPattern.Fault) {
            return try TopicPattern(template)
        } catch {
            let known = TopicCapture.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
            switch error {
            case .unknownCapture(let name):
                throw node.fault("unknown capture {\(name)} in \(template)", "write one of \(known)")
            case .repeatedCapture(let name):
                throw node.fault("{\(name)} is in \(template) twice", "capture each id once")
            case .strayCharacter(let level):
                throw node.fault(
                    "level `\(level)` of \(template)",
                    "write a plain level, (one|other), one of \(known), or an id that takes several levels: {device+}"
                )
            case .emptyAlternative(let level):
                throw node.fault("an empty alternative in `\(level)` of \(template)", "write (one|other)")
            case .twoTails:
                throw node.fault("two ids of several levels in \(template)", "write {id+} once in a template")
            case .tailOfNumbers(let name):
                throw node.fault("{\(name)+} in \(template)", "write {\(name)}: it has one level")
            case .tooManyLevels:
                throw node.fault("too many levels in \(template)", "write at most \(TopicLevels.limit)")
            }
        }
    }
}

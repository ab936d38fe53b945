// What can go wrong with a definition, or when an event is written in a dialect.

/// Why a definition cannot be loaded or an event cannot be written.
///
/// Reading never throws: what cannot be read is an event of kind `unknown` with its reason.
public enum DialectError: Error, Hashable, Sendable {
    /// A definition is wrong at `line` of `origin`; `remedy` says what to write instead.
    case definition(origin: String, line: Int, problem: String, remedy: String)
    /// The dialect has no message of this name.
    case noSuchRule(dialect: String, rule: String)
    /// No dialect has this name or alias; `known` are those there are.
    case noSuchDialect(name: String, known: [String])
    /// The dialect has no variant of this name; `known` are those it has.
    case noSuchVariant(dialect: String, variant: String, known: [String])
    /// No message of the dialect says this.
    case inexpressible(dialect: String, rule: String, kind: UpgradeEvent.Kind)
    /// The event lacks what the message's topic or payload cannot do without.
    case missing(rule: String, field: String)
    /// An id cannot stand in a topic: it is empty or holds `/`, `+`, `#` or NUL.
    case unfitForTopic(rule: String, field: String, value: String)
    /// No topic of the dialect fits the message that was to be rewritten.
    case foreignTopic(dialect: String, topic: String)
}

extension DialectError: CustomStringConvertible {
    /// What went wrong and what to do about it, in one line.
    public var description: String {
        switch self {
        case .definition(let origin, let line, let problem, let remedy):
            "\(origin):\(line): \(problem); \(remedy)"
        case .noSuchRule(let dialect, let rule):
            "dialect \(dialect) has no message \(rule); see the names under `messages` in its definition"
        case .noSuchDialect(let name, let known):
            "no dialect \(name); write one of \(known.joined(separator: ", "))"
        case .noSuchVariant(let dialect, let variant, let known):
            known.isEmpty
                ? "dialect \(dialect) has no variants; leave \(variant) out"
                : "dialect \(dialect) has no variant \(variant); write one of \(known.joined(separator: ", "))"
        case .inexpressible(let dialect, let rule, let kind):
            "dialect \(dialect) cannot say \(kind.rawValue)\(rule.isEmpty ? "" : " with message \(rule)")"
        case .missing(let rule, let field):
            "message \(rule) needs \(field); fill it in before composing"
        case .unfitForTopic(let rule, let field, let value):
            "message \(rule): \(field) \"\(value)\" cannot stand in a topic; use an id without / + # and NUL"
        case .foreignTopic(let dialect, let topic):
            "no topic of dialect \(dialect) fits \(topic); rewrite it with the dialect that read it"
        }
    }
}

// Loads a definition file. The one file that knows YAML.

internal import Yams

extension Dialect {
    /// Compiles a definition and every variant in it; `origin` names it in errors.
    ///
    /// - Parameters:
    ///   - yaml: The definition.
    ///   - origin: What errors call it.
    ///   - variant: Which of its variants is wanted; `nil` for the dialect as it is.
    /// - Throws: `.definition` with the line of the first thing that is wrong; `.noSuchVariant`.
    public static func load(
        yaml: String,
        origin: String,
        variant: String? = nil
    ) throws(DialectError) -> Dialect {
        let dialect = try DefinitionCompiler.dialect(from: root(of: yaml, origin: origin))
        guard let variant else { return dialect }
        return try dialect.selecting(variant: variant)
    }

    private static func root(of yaml: String, origin: String) throws(DialectError) -> DefinitionNode {
        do {
            if let node = try Yams.compose(yaml: yaml) {
                var budget = DefinitionNode.limit
                return try DefinitionNode(node, origin: origin, budget: &budget)
            }
        } catch let error as DialectError {
            throw error
        } catch {
            throw .definition(
                origin: origin,
                line: (error as? YamlError)?.line ?? 1,
                problem: "not YAML: \((error as? YamlError)?.problem ?? "unreadable")",
                remedy: "check indentation, quotes and brackets there"
            )
        }
        throw .definition(
            origin: origin,
            line: 1,
            problem: "empty definition",
            remedy: "begin with `dialect:`"
        )
    }
}

private extension DefinitionNode {
    /// Most nodes of a definition: aliases can make a small file a huge one.
    static let limit = 20_000

    /// Copies a YAML node; `budget` is how many nodes may still come.
    init(_ node: Yams.Node, origin: String, budget: inout Int) throws(DialectError) {
        self.init(origin: origin, line: node.mark?.line ?? 1, content: .list([]))
        budget -= 1
        if budget < 0 {
            throw fault("more than \(Self.limit) values", "write a smaller definition, with fewer aliases")
        }
        switch node {
        case .scalar(let scalar): content = .scalar(scalar.string, isPlain: scalar.style == .plain)
        case .sequence(let sequence):
            content = .list(try Self.elements(of: sequence, origin: origin, budget: &budget))
        case .mapping(let mapping):
            content = .mapping(try Self.members(of: mapping, origin: origin, budget: &budget))
        case .alias: throw fault("unresolved alias", "define the anchor before it")
        }
    }

    private static func elements(
        of sequence: Yams.Node.Sequence,
        origin: String,
        budget: inout Int
    ) throws(DialectError) -> [DefinitionNode] {
        var elements: [DefinitionNode] = []
        for element in sequence {
            elements.append(try DefinitionNode(element, origin: origin, budget: &budget))
        }
        return elements
    }

    private static func members(
        of mapping: Yams.Node.Mapping,
        origin: String,
        budget: inout Int
    ) throws(DialectError) -> [Member] {
        var members: [Member] = []
        for (key, value) in mapping {
            let value = try DefinitionNode(value, origin: origin, budget: &budget)
            members.append(
                Member(key: key.string ?? "", value: value, isPlainKey: key.scalar?.style == .plain)
            )
        }
        return members
    }
}

private extension YamlError {
    /// The line, where the parser names one.
    var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }

    /// What is wrong, in the parser's words.
    var problem: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            problem
        case .duplicatedKeysInMapping(let keys, _): "repeated keys \(keys)"
        default: "unreadable"
        }
    }
}

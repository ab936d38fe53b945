// Compiles the messages of a definition: topics, payloads, fields and cases.

extension DefinitionCompiler {
    /// What a message takes from the definition around it.
    struct Surroundings {
        /// The beginnings that topics may have, by name.
        var roots: [String: [String]]
        var subscriptions: [String]
        var coerces: Bool
    }

    /// The keys of a message.
    private static let messageKeys = [
        "name", "direction", "roots", "topic", "payload", "text", "fold_case", "each", "event", "cases",
        "fields", "bands", "known", "strict", "samples",
    ]

    /// The rules under `messages`.
    static func messages(
        _ node: DefinitionNode,
        in surroundings: Surroundings
    ) throws(DialectError) -> [MessageRule] {
        var rules: [MessageRule] = []
        for element in try node.list() {
            let rule = try message(element, in: surroundings)
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
        in surroundings: Surroundings
    ) throws(DialectError) -> MessageRule {
        let mapping = try node.mapping(of: messageKeys)
        let direction: Dialect.Direction = try mapping.required("direction").choice("direction")
        let form: PayloadForm = try mapping["payload"]?.choice("payload") ?? .json
        var paths = MessagePaths(form, hasElements: mapping["each"] != nil)
        let each = try each(mapping["each"], form, &paths)
        let templates = try templates(mapping, form, &paths)
        let fields = try fields(of: mapping, &paths, coerces: surroundings.coerces)
        let cases = try cases(mapping, &paths)
        if paths.slots.count > PathTrie.slotLimit {
            throw node.fault("more than \(PathTrie.slotLimit - 1) paths", "name fewer paths in one message")
        }
        let name = try mapping.required("name").text()
        return MessageRule(
            name: name,
            direction: direction,
            form: form,
            topics: try topics(of: mapping, direction, in: surroundings),
            fields: fields,
            cases: cases,
            paths: paths.slots,
            templates: templates,
            each: each,
            known: try known(mapping["known"], each),
            isStrict: try mapping["strict"]?.flag() ?? false,
            bands: try mapping["bands"].map { (node) throws(DialectError) in try bands(node, fields) },
            samples: try samples(mapping["samples"], of: name)
        )
    }

    private static func each(
        _ node: DefinitionNode?,
        _ form: PayloadForm,
        _ paths: inout MessagePaths
    ) throws(DialectError) -> FieldRule.Place? {
        guard let node else { return nil }
        guard form == .json else { throw node.fault("`each` beside payload \(form.rawValue)", "use json") }
        guard let path = [JSONStep](try node.text()) else {
            throw node.fault(
                "unreadable path `\(try node.text())`",
                "name the array: services, or . for the payload"
            )
        }
        return paths.elements(path)
    }

    private static func templates(
        _ mapping: DefinitionMapping,
        _ form: PayloadForm,
        _ paths: inout MessagePaths
    ) throws(DialectError) -> [TextTemplate] {
        guard let node = mapping["text"] else { return [] }
        guard form == .text else {
            throw node.fault("`text` beside payload \(form.rawValue)", "write `payload: text`")
        }
        let foldsCase = try mapping["fold_case"]?.flag() ?? false
        var templates: [TextTemplate] = []
        for node in try node.list() {
            var template = try self.template(node, foldsCase: foldsCase)
            template.place { paths.hole(for: $0).slot }
            templates.append(template)
        }
        return templates
    }

    /// A text template of a message or of a condition.
    static func template(_ node: DefinitionNode, foldsCase: Bool) throws(DialectError) -> TextTemplate {
        do {
            return try TextTemplate(try node.text(), foldsCase: foldsCase)
        } catch let fault as TextTemplate.Fault {
            let remedy = "write literal text, {field} and {*} for anything"
            switch fault {
            case .unknownField(let name):
                throw node.fault(
                    "unknown field {\(name)} in a text",
                    "write one of \(EventField.allCases.map(\.rawValue).joined(separator: ", ")), or {*}"
                )
            case .repeatedField(let name):
                throw node.fault("{\(name)} is there twice", "take each field once")
            case .neighbours: throw node.fault("two holes side by side", "put a literal text between them")
            case .strayCharacter(let character): throw node.fault("a stray \(character) in a text", remedy)
            case .tooLong: throw node.fault("a text of more than \(TextTemplate.longest) bytes", remedy)
            }
        } catch let error as DialectError {
            throw error
        } catch {
            throw node.fault("unreadable text", "write literal text")
        }
    }

    /// Paths begin where those of fields do.
    private static func known(
        _ node: DefinitionNode?,
        _ each: FieldRule.Place?
    ) throws(DialectError) -> [[JSONStep]] {
        let base = each.map { $0.path + [.index(0)] } ?? []
        var known: [[JSONStep]] = []
        for element in try node?.list() ?? [] {
            let text = try element.text().replacing("[*]", with: "[0]")
            let isFromRoot = text.hasPrefix("/")
            guard let path = [JSONStep](isFromRoot ? String(text.dropFirst()) : text) else {
                throw element.fault("unreadable path `\(text)`", "write a, a.b or a[*].b")
            }
            known.append(isFromRoot ? path : base + path)
        }
        return known
    }

    private static func bands(
        _ node: DefinitionNode,
        _ fields: [FieldRule]
    ) throws(DialectError) -> PhaseBands {
        guard fields.contains(where: { $0.target == .percent }) else {
            throw node.fault("bands without a percentage", "map `percent` in `fields`")
        }
        var bands = PhaseBands(bands: [])
        for member in try node.members() {
            if member.key == "only" {
                guard try member.value.text() == "gateway" else {
                    throw member.value.fault("unknown `only`", "write `only: gateway`, or leave it out")
                }
                bands.onlyBehindGateway = true
                continue
            }
            var ends: [Double] = []
            for element in try member.value.list() { ends.append(try element.number()) }
            guard ends.count == 2, ends[0] <= ends[1] else {
                throw member.value.fault("not a band", "write \(member.key): [lowest, highest] in percent")
            }
            bands.bands.append(PhaseBands.Band(phase: member.key, range: ends[0]...ends[1]))
        }
        return bands
    }
}

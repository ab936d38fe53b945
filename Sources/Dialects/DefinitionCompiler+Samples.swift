// Compiles the samples of a message.

extension DefinitionCompiler {
    /// The samples under `samples`.
    static func samples(_ node: DefinitionNode?, of rule: String) throws(DialectError) -> [Sample] {
        var samples: [Sample] = []
        for element in try node?.list() ?? [] {
            let mapping = try element.mapping(of: ["topic", "payload", "client_id", "gives", "one_way"])
            samples.append(
                Sample(
                    line: element.line,
                    rule: rule,
                    topic: try mapping.required("topic").text(),
                    payload: LenientJSON.payload(try mapping.required("payload").text()),
                    clientID: try mapping["client_id"]?.text(),
                    isOneWay: try mapping["one_way"]?.flag() ?? false,
                    gives: try expectations(mapping.required("gives"))
                )
            )
        }
        return samples
    }

    private static func expectations(_ node: DefinitionNode) throws(DialectError) -> [Sample.Expectation] {
        guard case .list(let elements) = node.content else { return [try expectation(node)] }
        var expectations: [Sample.Expectation] = []
        for element in elements { expectations.append(try expectation(element)) }
        return expectations
    }

    private static func expectation(_ node: DefinitionNode) throws(DialectError) -> Sample.Expectation {
        var event: String?
        var fields: [Sample.Field] = []
        for member in try node.members() {
            let value = try member.value.text()
            if member.key == "event" {
                event = value
                continue
            }
            let field = Sample.Field(name: member.key, value: value)
            guard SampleCheck.isReadable(field) else {
                throw member.value.fault(
                    "unreadable `\(member.key): \(value)`",
                    "write a field of the definition language and its value: text, 50, true, 10s, "
                        + "2026-01-02T03:04:05Z; or oddities"
                )
            }
            fields.append(field)
        }
        guard let event else { throw node.fault("`event` is missing", "write the kind of event, or none") }
        guard event == "none" || UpgradeEvent.Kind(rawValue: event) != nil else {
            throw node.fault("unknown event `\(event)`", "write a kind of event, or none")
        }
        return Sample.Expectation(event: event == "none" ? nil : event, fields: fields)
    }
}

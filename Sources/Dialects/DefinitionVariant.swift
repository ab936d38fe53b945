// Applies what a variant says to the definition that it varies. dialects.md §6, requirement 7.

/// The differences of one implementation, by message and field.
enum DefinitionVariant {
    /// The definition with a variant's keys in place of those of its fields.
    static func applying(
        _ name: String,
        _ changes: DefinitionNode,
        to root: DefinitionNode
    ) throws(DialectError) -> DefinitionNode {
        var root = root
        var members = try root.members()
        guard let index = members.firstIndex(where: { $0.key == "messages" }) else { return root }
        var messages = try members[index].value.list()
        for message in try changes.members() {
            guard
                let place = messages.firstIndex(where: { node in
                    (try? node.members().first { $0.key == "name" }?.value.text()) == message.key
                })
            else {
                throw message.value.fault(
                    "variant \(name) changes unknown message `\(message.key)`",
                    "write the name of one under `messages`"
                )
            }
            messages[place] = try changed(messages[place], message, in: name)
        }
        members[index].value.content = .list(messages)
        root.content = .mapping(members)
        return root
    }

    /// The message with changed fields.
    private static func changed(
        _ message: DefinitionNode,
        _ changes: DefinitionNode.Member,
        in name: String
    ) throws(DialectError) -> DefinitionNode {
        var members = try message.members()
        let index = members.firstIndex { $0.key == "fields" }
        var fields =
            try index.map { (index) throws(DialectError) in try members[index].value.members() } ?? []
        for change in try changes.value.members() {
            guard let place = fields.firstIndex(where: { $0.key == change.key }) else {
                throw change.value.fault(
                    "variant \(name) changes unknown field `\(change.key)` of \(changes.key)",
                    "write one of its fields, or add it there"
                )
            }
            fields[place].value = try merged(fields[place].value, change.value)
        }
        if let index { members[index].value.content = .mapping(fields) }
        var message = message
        message.content = .mapping(members)
        return message
    }

    /// The long form of a field with a variant's keys in place of its own.
    private static func merged(
        _ base: DefinitionNode,
        _ change: DefinitionNode
    ) throws(DialectError) -> DefinitionNode {
        var members: [DefinitionNode.Member]
        if case .mapping(let own) = base.content {
            members = own
        } else {
            members = [DefinitionNode.Member(key: "path", value: base)]
        }
        for new in try longForm(of: change) {
            if let index = members.firstIndex(where: { $0.key == new.key }) {
                members[index] = new
            } else {
                members.append(new)
            }
        }
        // Errors are the variant's.
        return DefinitionNode(origin: change.origin, line: change.line, content: .mapping(members))
    }

    private static func longForm(of change: DefinitionNode) throws(DialectError) -> [DefinitionNode.Member] {
        if case .mapping(let members) = change.content { return members }
        return [DefinitionNode.Member(key: "path", value: change)]
    }
}

// The paths of one message while its definition is compiled.

/// Gives slots to paths and to the holes of text templates, and knows where paths may begin.
struct MessagePaths {
    let form: PayloadForm
    /// Whether the elements of an array make the events, so that a path may begin at the payload: `/id`.
    let hasElements: Bool
    private(set) var slots = PathSlots()
    private var holes: [EventField: Int] = [:]

    init(_ form: PayloadForm, hasElements: Bool) {
        self.form = form
        self.hasElements = hasElements
    }

    /// The places of paths as definitions spell them.
    mutating func places(_ paths: [String], _ node: DefinitionNode) throws(DialectError) -> [FieldRule.Place]
    {
        var places: [FieldRule.Place] = []
        for path in paths { places.append(try place(path, node)) }
        return places
    }

    /// The place of a path.
    mutating func place(_ text: String, _ node: DefinitionNode) throws(DialectError) -> FieldRule.Place {
        if form == .binary {
            throw node.fault("a path into a binary payload", "take the payload's length with {length: true}")
        }
        let isFromRoot = text.hasPrefix("/")
        if isFromRoot, !hasElements {
            throw node.fault("path \(text) begins with a slash", "leave the slash out: there is no `each`")
        }
        guard let path = [JSONStep](isFromRoot ? String(text.dropFirst()) : text) else {
            throw node.fault(
                text.isEmpty ? "an empty path" : "unreadable path `\(text)`",
                "name the key that holds the field: a, a.b, a[0].b with an index below \(JSONStep.indexLimit), "
                    + "or . for the payload as a whole"
            )
        }
        if form == .text, !path.isEmpty {
            throw node.fault(
                "path \(text) into a text",
                "write . for the text, or list templates under `text`"
            )
        }
        let scope: FieldRule.Place.Scope = isFromRoot ? .root : .payload
        return FieldRule.Place(path: path, slot: slots.slot(for: path, in: scope), scope: scope)
    }

    /// The place of the array whose elements make the events.
    mutating func elements(_ path: [JSONStep]) -> FieldRule.Place {
        FieldRule.Place(path: path, slot: slots.slot(for: path, in: .root), scope: .root)
    }

    /// The place that a hole of the message's templates fills; the same for the same field.
    mutating func hole(for field: EventField) -> FieldRule.Place {
        let slot = holes[field] ?? slots.slot(for: [], in: .text)
        holes[field] = slot
        return FieldRule.Place(path: [], slot: slot, scope: .text)
    }

    /// The place of a field's hole, where a template has one.
    func knownHole(for field: EventField) -> FieldRule.Place? {
        holes[field].map { FieldRule.Place(path: [], slot: $0, scope: .text) }
    }

    /// The fields that templates fill, in their order of slots.
    var heldFields: [EventField] {
        holes.sorted { $0.value < $1.value }.map(\.key)
    }
}

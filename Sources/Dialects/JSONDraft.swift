// A JSON value while it is composed.

/// A value being composed: members in order, scalars already spelled.
indirect enum JSONDraft: Hashable {
    /// A key and its value.
    struct Member: Hashable {
        var key: String
        var value: JSONDraft
    }

    /// The bytes of a value.
    case literal([UInt8])
    case object([Member])
    case array([JSONDraft])

    /// Whether something stands at the path.
    func contains(_ path: ArraySlice<JSONStep>) -> Bool {
        guard let step = path.first else { return true }
        switch (self, step) {
        case (.object(let members), .key(let key)):
            return members.first { $0.key == key }?.value.contains(path.dropFirst()) ?? false
        case (.array(let elements), .index(let index)):
            return index < elements.count && elements[index].contains(path.dropFirst())
        default: return false
        }
    }

    /// Puts a value at the path, after what is there; what stands there already stays.
    mutating func insert(_ value: JSONDraft, at path: ArraySlice<JSONStep>) {
        guard let step = path.first else { return }
        let rest = path.dropFirst()
        let empty: JSONDraft = if case .index? = rest.first { .array([]) } else { .object([]) }
        switch (self, step) {
        case (.object(var members), .key(let key)):
            if let index = members.firstIndex(where: { $0.key == key }) {
                members[index].value.insert(value, at: rest)
            } else {
                var inner = rest.isEmpty ? value : empty
                inner.insert(value, at: rest)
                members.append(Member(key: key, value: inner))
            }
            self = .object(members)
        case (.array(var elements), .index(let index)):
            if index < elements.count {
                elements[index].insert(value, at: rest)
            } else {
                // Elements that nobody states are null, which counts as absent.
                while elements.count < index { elements.append(.literal(Array("null".utf8))) }
                var inner = rest.isEmpty ? value : empty
                inner.insert(value, at: rest)
                elements.append(inner)
            }
            self = .array(elements)
        default: break
        }
    }
}

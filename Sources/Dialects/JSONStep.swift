// One step of a path into a JSON payload.

/// What leads from a value to one inside it.
enum JSONStep: Hashable, Sendable {
    /// The member of an object.
    case key(String)
    /// The element of an array, from 0.
    case index(Int)

    /// Indices that a definition may name are below this.
    static let indexLimit = 16

    /// The bytes by which a trie tells steps apart: an index begins with a byte that no UTF-8 text has.
    var bytes: [UInt8] {
        switch self {
        case .key(let key): Array(key.utf8)
        case .index(let index): [0xFF, UInt8(truncatingIfNeeded: index)]
        }
    }
}

extension [JSONStep] {
    /// The path as definitions spell it: `upgrade.files[0].url`; the payload as a whole is `.`.
    var name: String {
        if isEmpty { return "." }
        var name = ""
        for step in self {
            switch step {
            case .key(let key): name += name.isEmpty ? key : ".\(key)"
            case .index(let index): name += "[\(index)]"
            }
        }
        return name
    }

    /// The steps that a definition spells; `nil` for a path with an empty key, or an index that is none.
    init?(_ text: String) {
        self = []
        if text == "." { return }
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let steps = Self.steps(of: part) else { return nil }
            self += steps
        }
    }

    /// A key and the indices behind it.
    private static func steps(of part: Substring) -> [JSONStep]? {
        let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
        var steps = pieces[0].isEmpty ? [] : [JSONStep.key(String(pieces[0]))]
        for piece in pieces.dropFirst() {
            guard piece.last == "]", let index = Int(piece.dropLast()), index >= 0,
                index < JSONStep.indexLimit
            else { return nil }
            steps.append(.index(index))
        }
        return steps.isEmpty ? nil : steps
    }
}

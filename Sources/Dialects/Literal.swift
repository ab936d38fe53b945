// A scalar that a definition states, compared with payloads and written into them.

/// A JSON scalar of a definition.
enum Literal: Hashable, Sendable {
    case null
    case flag(Bool)
    /// A number, as the definition spells it.
    case number(String)
    case text(String)
}

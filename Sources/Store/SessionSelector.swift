// How people name one session on a command line.

/// A session named by its number, a command id, `last` or `last-failed` (design.md §4).
public enum SessionSelector: Hashable, Sendable {
    /// The session that began last.
    case last
    /// The failed session that began last.
    case lastFailed
    /// A session's number, else a command id; a number wins where a text is both.
    case named(String)

    /// Reads a selector as it is typed.
    public init(_ text: String) {
        self =
            switch text {
            case "last": .last
            case "last-failed": .lastFailed
            default: .named(text)
            }
    }
}

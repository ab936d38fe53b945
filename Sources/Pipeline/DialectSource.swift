// Where a dialect's definition came from.

/// The origin of a definition.
public enum DialectSource: Hashable, Sendable, CustomStringConvertible {
    /// It comes with the program.
    case builtIn
    /// It stands in the user's folder, at this path.
    case folder(String)
    /// It was given by file.
    case file(String)

    /// The origin in a few words.
    public var description: String {
        switch self {
        case .builtIn: "built in"
        case .folder(let path), .file(let path): path
        }
    }

    /// The origin as the end of a sentence about something.
    var asOrigin: String {
        switch self {
        case .builtIn: "that is built in"
        case .folder(let path), .file(let path): "of \(path)"
        }
    }

    /// What to add to an error about the definition, so that its reader knows why it was read at all.
    var hint: String {
        switch self {
        case .builtIn, .file: ""
        case .folder:
            " (it is read because it stands in your folder of dialects: $OTATAPE_DIALECTS, or otatape/dialects under "
                + "$XDG_CONFIG_HOME or ~/.config)"
        }
    }
}

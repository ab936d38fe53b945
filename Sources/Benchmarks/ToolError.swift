// What can go wrong while measuring, in words.

/// An error whose text is all there is to it.
struct ToolError: Error, CustomStringConvertible {
    let description: String

    /// An error that says `text`.
    init(_ text: String) { description = text }
}

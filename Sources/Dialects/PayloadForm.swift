// What a payload is taken for before its fields are looked for. dialects.md §6, requirement 3.

/// How the payloads of a message are decoded.
enum PayloadForm: String, Hashable, Sendable, CaseIterable {
    /// One JSON value, strictly.
    case json
    /// JSON where it is JSON, otherwise the text that it is, otherwise nothing.
    case any
    /// Text in UTF-8, whatever it looks like.
    case text
    /// Bytes that only have a length.
    case binary
}

// How much of the evidence a store keeps.

/// What is let go of first is the oldest.
public enum Retention: Hashable, Sendable {
    /// Evidence that is no older than this.
    case age(Duration)
    /// As much as fits into so many bytes of the file, free pages not counted.
    case size(Int64)
}

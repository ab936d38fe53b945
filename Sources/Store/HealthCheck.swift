// One thing that was looked at, and what was found.

/// The outcome of one check of a store or of what surrounds it.
public struct HealthCheck: Hashable, Sendable {
    /// How it stands.
    public enum Grade: String, Hashable, Sendable, CaseIterable {
        /// As it should be.
        case ok
        /// Put in order just now.
        case repaired
        /// Works, and wants attention.
        case warning
        /// Does not work, or loses what is recorded.
        case error
    }

    /// What was looked at, as one word.
    public var name: String
    /// How it stands.
    public var grade: Grade
    /// What was found, in words.
    public var finding: String
    /// What to do about it; empty where nothing is to be done.
    public var remedy: String

    /// An outcome.
    public init(_ name: String, _ grade: Grade, _ finding: String, remedy: String = "") {
        self.name = name
        self.grade = grade
        self.finding = finding
        self.remedy = remedy
    }
}

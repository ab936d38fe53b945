// Under which circumstances a replay was run and how strictly it is judged.

/// The circumstances of a replay and the tolerances of its judgement.
public struct JudgeConditions: Hashable, Sendable {
    /// What the replay did otherwise than the recording, on purpose.
    public enum Substitution: String, Hashable, Sendable, CaseIterable {
        /// Another image than one in the recorded relation to its offer.
        case image
        /// Another network than the recorded one.
        case network
        /// Another speed than the recorded one.
        case speed
        /// Another device, such as a simulated one: its pace is its own.
        case device
    }

    /// What was substituted on purpose.
    public var substitutions: Set<Substitution> = []
    /// The greatest lateness of the replay's own actions.
    public var maxLateness: Duration = .zero
    /// The lateness above which nothing can be concluded.
    public var latenessTolerance: Duration = .seconds(1)
    /// What went wrong in the replay itself, as a sentence; `nil` when nothing did.
    public var failure: String?
    /// Why the recording cannot be relied on, as a sentence, such as a gap in the capture; `nil` when it can.
    public var recordingDoubt: String?
    /// How far times may lie apart, in seconds.
    public var timeTolerance = Tolerance(absolute: 2, relative: 0.25)
    /// How far last percentages of unfinished downloads may lie apart.
    public var progressTolerance = Tolerance(absolute: 5, relative: 0)
    /// How far byte counts of unfinished downloads may lie apart.
    public var byteTolerance = Tolerance(absolute: 65536, relative: 0.05)
    /// Whether the offered URLs must be the same but for their credentials (R3).
    public var isURLStrict = false

    /// The default conditions: a faithful, punctual replay.
    public init() {}
}

/// How far two numbers may lie apart.
///
/// They differ when |a − b| > max(absolute, relative · max(|a|, |b|)). field-notes.md §4, R11.
public struct Tolerance: Hashable, Sendable {
    /// The distance that is always tolerated.
    public var absolute: Double
    /// The distance that is tolerated in proportion to the greater number.
    public var relative: Double

    /// A tolerance from its parts.
    public init(absolute: Double, relative: Double) {
        self.absolute = absolute
        self.relative = relative
    }

    /// No distance at all.
    public static let none = Tolerance(absolute: 0, relative: 0)

    /// Whether two numbers lie within the tolerance; never so when one is not a number.
    public func covers(_ first: Double, _ second: Double) -> Bool {
        first == second || abs(first - second) <= max(absolute, relative * max(abs(first), abs(second)))
    }
}

// The judgement on a replay: what became of the outcome, and where the two sessions differ. field-notes.md §4.

public import Traffic

/// The judgement on one replay.
public struct Verdict: Hashable, Sendable {
    /// The five verdicts on two axes, and the two that say we cannot know.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Succeeded then, succeeds now.
        case stable = "STABLE"
        /// Succeeded then, fails now.
        case regressed = "REGRESSED"
        /// Failed then, succeeds now.
        case fixed = "FIXED"
        /// Failed then, fails now in the same class.
        case reproduced = "REPRODUCED"
        /// Failed then, fails now in another class.
        case changed = "CHANGED"
        /// The recording or our own timing does not allow a judgement.
        case inconclusive = "INCONCLUSIVE"
        /// The replay itself went wrong, or nothing was compared.
        case error = "ERROR"
    }

    /// The judgement.
    public var kind: Kind
    /// Why, as one sentence.
    public var reason: String
    /// Where recorded and observed differ, the first divergence first.
    public var differences: [Difference]
    /// Comparisons made.
    public var evaluated: Int
    /// Comparisons that differed within tolerance.
    public var tolerated: Int
    /// Fields not compared, by rule.
    public var ignored: Int

    /// A judgement from its parts.
    public init(
        kind: Kind,
        reason: String,
        differences: [Difference] = [],
        evaluated: Int = 0,
        tolerated: Int = 0,
        ignored: Int = 0
    ) {
        self.kind = kind
        self.reason = reason
        self.differences = differences
        self.evaluated = evaluated
        self.tolerated = tolerated
        self.ignored = ignored
    }
}

/// One place where the recorded and the observed session differ.
public struct Difference: Hashable, Sendable {
    /// What was compared, such as `result.code` or `transfer.status`.
    public var field: String
    /// The rule that compared it, such as `exact`, `monotone`, `identity`.
    public var rule: String
    /// The recorded value as text; `nil` when there was none.
    public var recorded: String?
    /// The observed value as text; `nil` when there was none.
    public var observed: String?
    /// When the recorded value was recorded.
    public var recordedAt: Timestamp?
    /// When the observed value was observed.
    public var observedAt: Timestamp?
    /// Whether it follows from the changed outcome or from a setting of the replay.
    public var isExplained: Bool

    /// A difference from its parts.
    public init(
        field: String,
        rule: String,
        recorded: String?,
        observed: String?,
        recordedAt: Timestamp? = nil,
        observedAt: Timestamp? = nil,
        isExplained: Bool = false
    ) {
        self.field = field
        self.rule = rule
        self.recorded = recorded
        self.observed = observed
        self.recordedAt = recordedAt
        self.observedAt = observedAt
        self.isExplained = isExplained
    }
}

// What a replay's exit code says. design.md §6.

/// The exit codes of a replay.
public enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
    /// As good as recorded or better, or as expected.
    case passed = 0
    /// Worse than recorded, otherwise than recorded, or otherwise than expected.
    case differed = 1
    /// The replay or its use went wrong.
    case error = 2
    /// Broker or device could not be reached.
    case unreachable = 3
    /// Nothing can be concluded.
    case inconclusive = 4

    /// The exit code of one verdict.
    ///
    /// - Parameters:
    ///   - verdict: the judgement.
    ///   - expected: the only judgement that passes; `nil` for the usual ones.
    ///   - isOutcomeOnly: whether unexplained differences may stand.
    public init(of verdict: Verdict, expecting expected: Verdict.Kind? = nil, isOutcomeOnly: Bool = false) {
        let usual = Self(usualFor: verdict.kind)
        if let expected, verdict.kind != expected {
            self = usual == .passed ? .differed : usual
        } else if expected == .error || expected == .inconclusive {
            self = .passed
        } else if expected == nil && usual != .passed {
            self = usual
        } else {
            self = isOutcomeOnly || verdict.differences.allSatisfy(\.isExplained) ? .passed : .differed
        }
    }

    private init(usualFor kind: Verdict.Kind) {
        switch kind {
        case .stable, .fixed, .reproduced: self = .passed
        case .regressed, .changed: self = .differed
        case .error: self = .error
        case .inconclusive: self = .inconclusive
        }
    }
}

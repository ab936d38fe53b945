// The first axis of a verdict: what became of the outcome. field-notes.md §4, R1.

import Dialects
import Sessions

/// The judgement on two outcomes, the sessions' details left aside.
struct OutcomeAxis: Hashable {
    /// The judgement.
    let kind: Verdict.Kind
    /// The judgement as a sentence.
    let reason: String
    /// Whether the session ended otherwise than recorded.
    let isChanged: Bool

    init(recorded: Session, observed: Session) {
        let isSameEnd = recorded.outcome == observed.outcome && recorded.failureClass == observed.failureClass
        kind =
            switch (recorded.outcome, observed.outcome) {
            case (.ok, .ok): .stable
            case (.ok, _): .regressed
            case (.failed, .ok): .fixed
            case (.failed, .failed): isSameEnd ? .reproduced : .changed
            case (.failed, _): .changed
            // Neither success nor failure, such as a cancelled upgrade: the same again is as it should be.
            default: isSameEnd ? .stable : .changed
            }
        isChanged = !isSameEnd
        reason = "It \(recorded.endInWords) in the recording and \(observed.endInWords) in the replay."
    }
}

extension Session {
    /// How the session ended, as a predicate.
    var endInWords: String {
        switch outcome {
        case .ok: "succeeded"
        case .failed: "failed (\(failureClass?.rawValue ?? FailureClass.other.rawValue))"
        case .cancelled: "was cancelled"
        case .superseded: "was superseded"
        case .open: "did not end"
        case .unknown: "ended in an unknown way"
        }
    }
}

// Compares a recorded session with the one observed in its replay. field-notes.md §4.

import Dialects
public import Sessions
import Traffic

/// Judges replays: what became of the outcome, and where the sessions differ.
public struct Judge: Hashable, Sendable {
    private let conditions: JudgeConditions

    /// A judge of replays that were run under the given conditions.
    public init(conditions: JudgeConditions = JudgeConditions()) {
        self.conditions = conditions
    }

    /// Compares a recorded session with the one observed in its replay.
    ///
    /// - Parameters:
    ///   - recorded: the recorded session.
    ///   - observed: the observed one; `nil` when the replay saw none.
    /// - Returns: the judgement. Where none is possible the differences are still listed.
    public func compare(recorded: SessionTrace, observed: SessionTrace?) -> Verdict {
        if let failure = conditions.failure { return Verdict(kind: .error, reason: failure) }
        guard let observed else {
            return Verdict(kind: .error, reason: "The replay saw no session: nothing was compared.")
        }
        let axis = OutcomeAxis(recorded: recorded.session, observed: observed.session)
        let tally = tally(recorded: recorded, observed: observed)
        guard tally.evaluated > 0 else {
            return verdict(.error, "The sessions hold nothing that could be compared.", tally, [])
        }
        let explanation = Explanation(
            isOutcomeChanged: axis.isChanged,
            substitutions: conditions.substitutions,
            isTailMissing: recorded.session.outcome == .open
        )
        let differences = tally.differencesInOrder.map(explanation.explaining)
        if let doubt = doubt(recorded: recorded.session, observed: observed.session) {
            return verdict(.inconclusive, doubt, tally, differences)
        }
        return verdict(axis.kind, axis.reason, tally, differences)
    }

    private func tally(recorded: SessionTrace, observed: SessionTrace) -> Tally {
        var tally = Tally(recordedOrigin: recorded.origin, observedOrigin: observed.origin)
        var messages = EventComparison(conditions: conditions)
        messages.compare(recorded, observed, in: &tally)
        ProgressShape.compare(recorded, observed, conditions: conditions, in: &tally)
        TransferComparison(conditions: conditions).compare(recorded, observed, in: &tally)
        OrderRule.compare(recorded, observed, in: &tally)
        return tally
    }

    private func verdict(
        _ kind: Verdict.Kind,
        _ reason: String,
        _ tally: Tally,
        _ differences: [Difference]
    ) -> Verdict {
        Verdict(
            kind: kind,
            reason: reason,
            differences: differences,
            evaluated: tally.evaluated,
            tolerated: tally.tolerated,
            ignored: tally.ignored
        )
    }

    // MARK: - Doubt

    /// Why no judgement is possible, as a sentence; `nil` when one is.
    private func doubt(recorded: Session, observed: Session) -> String? {
        if let doubt = conditions.recordingDoubt { return doubt }
        if !recorded.isHeadSeen { return "The recording began after the upgrade did." }
        if recorded.outcome == .open {
            return
                "The recording ends before the session did (\(recorded.state.rawValue)); compared as far as it goes."
        }
        if recorded.failureClass == .recordingIncomplete || recorded.outcome == .unknown {
            return "The recording does not hold enough to tell how the upgrade ended."
        }
        if conditions.maxLateness > conditions.latenessTolerance {
            return "The replay was up to \(conditions.maxLateness.inWords) late, "
                + "more than the tolerated \(conditions.latenessTolerance.inWords)."
        }
        if observed.outcome == .open {
            return "The replay ended before the observed session did (\(observed.state.rawValue)); "
                + "let it wait longer."
        }
        if observed.failureClass == .recordingIncomplete || observed.outcome == .unknown {
            return "The replay did not observe enough to tell how the upgrade ended."
        }
        return nil
    }
}

extension SessionTrace {
    /// The instant from which both sides' times are counted: the offer, else the first evidence.
    var origin: Timestamp { session.offeredAt ?? session.firstSeenAt }
}

extension Duration {
    /// The duration in seconds with three decimals, as in `1.250 s`.
    var inWords: String {
        let milliseconds = wholeNanoseconds / 1_000_000
        let fraction = String(milliseconds.magnitude % 1000)
        let padding = String(repeating: "0", count: 3 - fraction.count)
        return "\(milliseconds < 0 ? "-" : "")\(milliseconds.magnitude / 1000).\(padding)\(fraction) s"
    }
}

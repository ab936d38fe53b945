// Files evidence into upgrade sessions. dialects.md §5.3–5.5.

public import Dialects
public import Traffic

/// Files messages and downloads into upgrade sessions, whatever their order of arrival.
///
/// Evidence is filed first; states, ends, figures and findings are then computed from a session's evidence in
/// recorded order, so that a live recording and a second reading of the stored messages give equal sessions.
public struct SessionTracker: Sendable {
    /// A tracker for the dialects named in `rules`; other dialects get the default windows.
    public init(rules: [String: SessionRules], limits: TrackerLimits = TrackerLimits()) {}

    /// Lets a session of an earlier run count: a rerun of its command becomes the next attempt.
    public mutating func remember(_ key: Session.Key) {}

    /// Files one message; `id` is the store's.
    ///
    /// The filing is what is known now: evidence that arrives later may change it, and `takeChanges` tells.
    public mutating func receive(_ message: Message, id: Int64, event: UpgradeEvent) -> MessageFiling {
        MessageFiling()
    }

    /// Files one download; `id` is the store's.
    ///
    /// The filing is what is known now: evidence that arrives later may change it, and `takeChanges` tells.
    public mutating func receive(_ transfer: Transfer, id: Int64, recordingID: Int64) -> TransferFiling {
        TransferFiling()
    }

    /// Ends the evidence: silence is known until `end` and no further.
    public mutating func finish(at end: Timestamp) {}

    /// What changed since the last call, sessions assessed.
    public mutating func takeChanges() -> SessionChanges {
        SessionChanges()
    }
}

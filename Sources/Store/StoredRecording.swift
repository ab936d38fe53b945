// A recording as the store holds it.

public import Traffic

/// A run of `record` or `import`.
public struct StoredRecording: Hashable, Sendable {
    /// How far it came.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Still recording, or killed before it could say otherwise.
        case running
        /// Came to its end in order.
        case finished
        /// Was killed and closed by a later start.
        case interrupted
        /// Ended by an error.
        case failed
    }

    /// The store's id.
    public var id: Int64
    /// What was known at its beginning.
    public var start: RecordingStart
    /// How far it came.
    public var state: State
    /// When it ended; `nil` while it runs.
    public var endedAt: Timestamp?
    /// What it has seen.
    public var counts: RecordingCounts

    /// A recording from its parts.
    public init(
        id: Int64,
        start: RecordingStart,
        state: State,
        endedAt: Timestamp?,
        counts: RecordingCounts
    ) {
        self.id = id
        self.start = start
        self.state = state
        self.endedAt = endedAt
        self.counts = counts
    }
}

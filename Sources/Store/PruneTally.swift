// What pruning came to.

/// Evidence that was let go.
public struct PruneTally: Hashable, Sendable {
    /// Messages deleted.
    public var messages: Int64 = 0
    /// Sessions whose evidence went; their rows stay.
    public var sessions: Int64 = 0
    /// Points of transfers' rate curves deleted; the transfers stay.
    public var samples: Int64 = 0

    /// Nothing.
    public init() {}

    /// Adds what another run came to.
    public mutating func add(_ other: PruneTally) {
        messages += other.messages
        sessions += other.sessions
        samples += other.samples
    }
}

// A TCP connection that was asked for and did not come about.

/// One attempt to open a TCP connection that came to nothing.
public struct ConnectionAttempt: Hashable, Sendable {
    /// How it came to nothing.
    public enum Outcome: String, Hashable, Sendable {
        /// The server answered with a reset.
        case refused
        /// Nobody answered, however often it was asked.
        case unanswered
    }

    /// Who asked.
    public var client: Endpoint
    /// Who was asked.
    public var server: Endpoint
    /// When the first SYN was captured.
    public var startedAt: Timestamp
    /// When the answer, or the last SYN, was captured.
    public var endedAt: Timestamp
    /// SYNs that were captured; 255 stands for more as well.
    public var count: Int
    /// How it came to nothing.
    public var outcome: Outcome

    /// An attempt with all its facts.
    public init(
        client: Endpoint,
        server: Endpoint,
        startedAt: Timestamp,
        endedAt: Timestamp,
        count: Int,
        outcome: Outcome
    ) {
        self.client = client
        self.server = server
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.count = count
        self.outcome = outcome
    }
}

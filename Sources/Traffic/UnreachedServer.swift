// A server that somebody wanted to reach and did not.

/// A name that did not resolve, or a server that did not take the connection it was asked for.
public struct UnreachedServer: Hashable, Sendable {
    /// Why it was not reached.
    public enum Cause: String, Hashable, Sendable, CaseIterable {
        /// The server answered a SYN with a reset.
        case refused
        /// Nobody answered the SYNs.
        case unanswered
        /// There is no such name (NXDOMAIN).
        case noSuchName = "no-such-name"
        /// The resolver could not tell (SERVFAIL, or any other code).
        case resolverFailed = "resolver-failed"
        /// The resolver does not answer this asker (REFUSED).
        case resolverRefused = "resolver-refused"
        /// The name has no address.
        case noAddress = "no-address"
        /// No resolver answered.
        case resolverSilent = "resolver-silent"

        /// Whether the name was not resolved, rather than the server not connected to.
        public var isOfName: Bool { self != .refused && self != .unanswered }
    }

    /// Who asked.
    public var client: Endpoint
    /// Who was asked: the server, or the resolver.
    public var server: Endpoint
    /// The name that was looked up, or the one that the server's address was given for last; in lower case.
    public var name: String?
    /// When the first SYN or query was captured.
    public var startedAt: Timestamp
    /// When the last answer, SYN or query was captured.
    public var endedAt: Timestamp
    /// How often it was asked for; 255 stands for more as well.
    public var count: Int
    /// Why it was not reached.
    public var cause: Cause

    /// All that is known of it.
    public init(
        client: Endpoint,
        server: Endpoint,
        name: String?,
        startedAt: Timestamp,
        endedAt: Timestamp,
        count: Int,
        cause: Cause
    ) {
        self.client = client
        self.server = server
        self.name = name
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.count = count
        self.cause = cause
    }
}

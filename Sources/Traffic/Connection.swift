// An MQTT connection as a tap on the wire sees it.

/// What is known of one MQTT connection.
///
/// The password is never read; of the user name only whether there was one.
public struct Connection: Hashable, Sendable {
    /// How a connection ended.
    public enum End: String, Hashable, Sendable, CaseIterable {
        /// The client said DISCONNECT, or the broker did (MQTT 5).
        case disconnected
        /// Closed (FIN) without a DISCONNECT: a will would be published.
        case closed
        /// Reset (RST) without a DISCONNECT.
        case reset
        /// Followed by a new connection on the same ports; its own end was not seen.
        case replaced
        /// Given up by the recorder to stay within its bounds: what followed on it was not read.
        case abandoned
        /// Still open when the recording ended.
        case open
    }

    /// Number within the recording, from 1.
    public var number: Int
    /// The client's end.
    public var client: Endpoint
    /// The broker's end.
    public var server: Endpoint
    /// When its first packet was seen.
    public var openedAt: Timestamp
    /// Whether the recording began after the connection had: which side is the client is then concluded from
    /// the packets' types and the ports.
    public var startsMidStream = false
    /// Whether the CONNECT was seen; the facts below are known only then.
    public var isIntroduced = false
    /// Protocol version; 3.1.1 is assumed as long as no CONNECT was seen.
    public var version: MQTTVersion = .v311
    /// Client id from CONNECT (ill-formed UTF-8 repaired), or the one the broker assigned (MQTT 5).
    public var clientID: String?
    /// Keep-alive in seconds: the client's, or the one that the broker put in its place (MQTT 5 §3.2.2.3.14).
    public var keepAlive: UInt16 = 0
    /// Seconds that the session outlives the connection, as agreed last (MQTT 5 §3.1.2.11.2); `nil` when never said.
    public var sessionExpiry: UInt32?
    /// Clean session (3.x) or clean start (5).
    public var isClean = false
    /// Whether a user name was given.
    public var hasUserName = false
    /// The will that was left with the broker.
    public var will: Will?
    /// Parts of it that were not read: bytes that the capture lacks, or that a limit cut.
    public var unreadParts = 0
    /// When it was over; `nil` while it is not.
    public var closedAt: Timestamp?
    /// How it ended; `nil` while it has not.
    public var end: End?

    /// Whether a will was left with the broker.
    public var hasWill: Bool { will != nil }

    /// Begins a connection between two ends.
    public init(number: Int, client: Endpoint, server: Endpoint, openedAt: Timestamp) {
        self.number = number
        self.client = client
        self.server = server
        self.openedAt = openedAt
    }
}

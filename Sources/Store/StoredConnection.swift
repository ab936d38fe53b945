// An MQTT connection as it was seen on the wire.

public import Traffic

/// What is known of one MQTT connection; facts learned later are added by writing it again.
public struct StoredConnection: Hashable, Sendable {
    /// Which connection of which recording it is.
    public var vantage: Vantage
    /// The client's end.
    public var client: Endpoint?
    /// The broker's end.
    public var server: Endpoint?
    /// Client id of the CONNECT.
    public var clientID: String?
    /// Protocol level of the CONNECT: 3, 4 or 5.
    public var protocolVersion: Int?
    /// Keep-alive of the CONNECT, in seconds.
    public var keepAliveSeconds: Int?
    /// When its first packet was seen.
    public var openedAt: Timestamp?
    /// When it ended.
    public var closedAt: Timestamp?
    /// How it ended, in one word, such as `disconnect`, `fin`, `reset`, `idle`.
    public var end: String?

    /// A connection of which nothing else is known yet.
    public init(vantage: Vantage) {
        self.vantage = vantage
    }
}

// How a client introduces itself to a broker.

/// What a client tells the broker, and how long it waits.
public struct ClientOptions: Hashable, Sendable {
    /// Versions of MQTT that libmosquitto speaks.
    public enum ProtocolVersion: String, Hashable, Sendable, CaseIterable {
        /// MQTT 3.1.1.
        case v311 = "3.1.1"
        /// MQTT 5.0.
        case v5 = "5.0"
    }

    /// The client id; a broker drops an older connection with the same one.
    public var clientID: String
    /// Whether the broker forgets subscriptions and unsent messages at the end of the connection.
    public var isCleanSession: Bool
    /// The longest silence; the broker gives up after one and a half times as much.
    ///
    /// Held to 5…65535 s.
    public var keepAlive: Duration
    /// A local address to connect from, such as 127.0.0.2; `nil` leaves it to the kernel.
    public var bindAddress: String?
    /// The user, when the broker wants one; the one in the broker's URL otherwise.
    public var userName: String?
    /// The user's password.
    public var password: String?
    /// Whom to trust, and how to prove who we are, where the broker's address asks for TLS.
    public var security = TransportSecurity()
    /// The version of MQTT to speak.
    public var protocolVersion: ProtocolVersion
    /// How long connecting may take in all, from the first SYN to CONNACK, for each address of the host.
    public var connectTimeout: Duration
    /// How long messages may wait unread, and their acknowledgement unsent, while few come; zero reads each at once.
    ///
    /// Reading several at a time takes less of a processor.
    public var gatheringTime = Duration.zero
    /// How many deliveries may wait to be read; what comes when it is full is dropped and counted.
    public var deliveryLimit: Int

    /// Describes a client; without an id it gets a new one, `otatape-` and 16 hexadecimal digits.
    public init(
        clientID: String? = nil,
        isCleanSession: Bool = true,
        keepAlive: Duration = .seconds(60),
        bindAddress: String? = nil,
        userName: String? = nil,
        password: String? = nil,
        protocolVersion: ProtocolVersion = .v311,
        connectTimeout: Duration = .seconds(10),
        deliveryLimit: Int = 65_536
    ) {
        self.clientID = clientID ?? "otatape-" + String(UInt64.random(in: 1 << 60 ... .max), radix: 16)
        self.isCleanSession = isCleanSession
        self.keepAlive = keepAlive
        self.bindAddress = bindAddress
        self.userName = userName
        self.password = password
        self.protocolVersion = protocolVersion
        self.connectTimeout = connectTimeout
        self.deliveryLimit = deliveryLimit
    }

    /// The longest silence, held to what a CONNECT can say and a network allows for.
    var heldKeepAlive: Duration { .seconds(min(max(keepAlive.components.seconds, 5), 65_535)) }

    /// Whether the session must be told how long to outlive the connection: in MQTT 5 it otherwise ends with it.
    ///
    /// MQTT 5 §3.1.2.11.2
    var needsSessionExpiry: Bool { protocolVersion == .v5 && !isCleanSession }
}

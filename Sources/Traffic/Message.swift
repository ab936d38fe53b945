// An MQTT PUBLISH, wherever it was seen.

/// Quality of service of an MQTT PUBLISH (MQTT 3.1.1 §4.3).
public enum QoS: UInt8, Hashable, Sendable, CaseIterable {
    /// At most once.
    case atMostOnce = 0
    /// At least once.
    case atLeastOnce = 1
    /// Exactly once.
    case exactlyOnce = 2
}

/// Where a message was seen: one MQTT connection within one recording.
///
/// The recorder's own subscription is a vantage like any sniffed connection. Copies of one message are looked for
/// between different vantages only (dialects.md §5.5).
public struct Vantage: Hashable, Sendable {
    /// The recording's id in the store.
    public var recordingID: Int64
    /// The connection's number within the recording; 0 is the recorder's own subscription.
    public var connection: Int

    /// Names one connection of one recording.
    public init(recordingID: Int64, connection: Int) {
        self.recordingID = recordingID
        self.connection = connection
    }
}

/// One MQTT PUBLISH as it was seen from one vantage; payload byte for byte.
public struct Message: Hashable, Sendable {
    /// Which way a message went on the connection it was seen on.
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        /// From the client to the broker: the publisher's leg.
        case toBroker = "to-broker"
        /// From the broker to a subscriber, our own subscription included.
        case fromBroker = "from-broker"
    }

    /// When it was recorded.
    public var recordedAt: Timestamp
    /// Where it was seen.
    public var vantage: Vantage
    /// Which way it went.
    public var direction: Direction
    /// Client id of the connection it was seen on, when the CONNECT was seen; `nil` for our own subscription.
    public var clientID: String?
    /// Address of the client end of the connection, when it was sniffed.
    public var client: Endpoint?
    /// Topic, as bytes: a broker may let through what is not UTF-8.
    public var topic: [UInt8]
    /// Payload, byte for byte.
    public var payload: [UInt8]
    /// Quality of service on this leg.
    public var qos: QoS
    /// RETAIN flag on this leg.
    public var isRetained: Bool
    /// DUP flag on this leg.
    public var isDuplicate: Bool
    /// Packet id on this leg; `nil` at QoS 0.
    public var packetID: UInt16?

    /// Describes one message.
    public init(
        recordedAt: Timestamp,
        vantage: Vantage,
        direction: Direction,
        clientID: String? = nil,
        client: Endpoint? = nil,
        topic: [UInt8],
        payload: [UInt8],
        qos: QoS = .atMostOnce,
        isRetained: Bool = false,
        isDuplicate: Bool = false,
        packetID: UInt16? = nil
    ) {
        self.recordedAt = recordedAt
        self.vantage = vantage
        self.direction = direction
        self.clientID = clientID
        self.client = client
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.isRetained = isRetained
        self.isDuplicate = isDuplicate
        self.packetID = packetID
    }
}

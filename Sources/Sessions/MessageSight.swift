// One vantage's sight of a message, as far as sessions go by it.

public import Dialects
public import Traffic

/// Where, when and how one message was seen; what it says is the event beside it.
public struct MessageSight: Sendable {
    /// The store's id.
    public var id: Int64
    /// When it was recorded.
    public var recordedAt: Timestamp
    /// Where it was seen.
    public var vantage: Vantage
    /// Which way it went.
    public var direction: Message.Direction
    /// Client id of the connection, when the CONNECT was seen.
    public var clientID: String?
    /// Address of the client end, when the connection was sniffed.
    public var client: Endpoint?
    /// Quality of service on this leg.
    public var qos: QoS
    /// DUP flag on this leg.
    public var isDuplicate: Bool
    /// RETAIN flag on this leg: the broker's memory, not news, when it comes at the subscription.
    public var isRetained: Bool
    /// What tells the message from others.
    public var fingerprint: MessageFingerprint

    /// Describes one sight of a message.
    public init(
        id: Int64,
        recordedAt: Timestamp,
        vantage: Vantage,
        direction: Message.Direction,
        clientID: String?,
        client: Endpoint?,
        qos: QoS,
        isDuplicate: Bool,
        isRetained: Bool = false,
        fingerprint: MessageFingerprint
    ) {
        self.id = id
        self.recordedAt = recordedAt
        self.vantage = vantage
        self.direction = direction
        self.clientID = clientID
        self.client = client
        self.qos = qos
        self.isDuplicate = isDuplicate
        self.isRetained = isRetained
        self.fingerprint = fingerprint
    }

    /// The sight of a whole message that the store knows as `id`.
    public init(_ message: Message, id: Int64) {
        self.init(
            id: id,
            recordedAt: message.recordedAt,
            vantage: message.vantage,
            direction: message.direction,
            clientID: message.clientID,
            client: message.client,
            qos: message.qos,
            isDuplicate: message.isDuplicate,
            isRetained: message.isRetained,
            fingerprint: MessageFingerprint(
                topic: message.topic.span.bytes,
                payload: message.payload.span.bytes
            )
        )
    }

    /// Whether it is what the broker kept from before our own subscription: state, and no event of this moment.
    ///
    /// A device that is handed it acts on it; we do not. MQTT 3.1.1 §3.3.1.3
    var isBrokersMemory: Bool { isRetained && vantage.connection == 0 && direction == .fromBroker }

    /// Whether this was seen on the connection of the event's device, or of the gateway that speaks for it.
    ///
    /// What a device says goes to the broker on the device's own connection, whatever its client id. Of a connection
    /// whose beginning was not seen, which end is the broker may be a guess: there the first sight counts.
    public func isOnDeviceLeg(of event: UpgradeEvent) -> Bool {
        if let clientID, clientID == event.deviceID || clientID == event.gatewayID { return true }
        return clientID != nil && direction == .toBroker && event.kind.isFromDevice
    }
}

extension MessageSight {
    /// The sight of one of several events that the message states, from 0.
    ///
    /// The second event of one message is no copy of the first, and no repeat of it.
    public func saying(eventNumber number: Int) -> MessageSight {
        if number == 0 { return self }
        var sight = self
        sight.fingerprint = fingerprint.ofEvent(number: number)
        return sight
    }
}

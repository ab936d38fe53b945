// A message as a broker delivered it to one of our clients.

public import Traffic

/// One PUBLISH received on a subscription, payload byte for byte.
public struct Delivery: Hashable, Sendable {
    /// When it was received, on the wall clock.
    public var receivedAt: Timestamp
    /// When it was received, on the clock that never jumps.
    public var receivedMonotonic: ContinuousClock.Instant
    /// Topic, as bytes.
    public var topic: [UInt8]
    /// Payload.
    public var payload: [UInt8]
    /// The lower of the publisher's and the subscription's quality of service.
    public var qos: QoS
    /// Whether the broker kept the message from before the subscription.
    public var isRetained: Bool
    /// Whether the broker may have sent it before (DUP); QoS 0 never has it.
    public var isDuplicate: Bool
    /// Packet id on this connection; `nil` at QoS 0.
    public var packetID: UInt16?

    /// Describes one delivery.
    public init(
        receivedAt: Timestamp,
        receivedMonotonic: ContinuousClock.Instant,
        topic: [UInt8],
        payload: [UInt8],
        qos: QoS,
        isRetained: Bool,
        isDuplicate: Bool,
        packetID: UInt16?
    ) {
        self.receivedAt = receivedAt
        self.receivedMonotonic = receivedMonotonic
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.isRetained = isRetained
        self.isDuplicate = isDuplicate
        self.packetID = packetID
    }
}

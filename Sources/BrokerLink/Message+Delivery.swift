// A delivery as a message that a dialect can read.

public import Traffic

extension Message {
    /// Describes a delivery of our own subscription, outside any recording.
    public init(_ delivery: Delivery) {
        self.init(
            recordedAt: delivery.receivedAt,
            vantage: Vantage(recordingID: 0, connection: 0),
            direction: .fromBroker,
            topic: delivery.topic,
            payload: delivery.payload,
            qos: delivery.qos,
            isRetained: delivery.isRetained,
            isDuplicate: delivery.isDuplicate,
            packetID: delivery.packetID
        )
    }
}

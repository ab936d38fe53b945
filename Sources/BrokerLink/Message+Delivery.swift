// A delivery as a message that a dialect can read.

public import Traffic

extension Message {
    /// Describes a delivery of our own subscription.
    ///
    /// - Parameters:
    ///   - delivery: What the subscription received.
    ///   - recordingID: The recording it belongs to; 0 where nothing is recorded.
    public init(_ delivery: Delivery, recordingID: Int64 = 0) {
        self.init(
            recordedAt: delivery.receivedAt,
            vantage: Vantage(recordingID: recordingID, connection: 0),
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

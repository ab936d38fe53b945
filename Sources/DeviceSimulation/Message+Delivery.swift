// A delivery on a simulated participant's own subscription, as a message that a dialect can read.

import BrokerLink
import Traffic

extension Message {
    /// Describes a delivery; the vantage is that of no recording.
    init(_ delivery: Delivery) {
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

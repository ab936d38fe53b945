// The deliveries under way in both directions of one MQTT session. MQTT 5 §4.1, §4.4.

import Traffic

/// What a session has under way; it outlives a connection when the session does.
struct MQTTDeliveries: Sendable {
    private var toBroker = MQTTDeliveryWindow()
    private var fromBroker = MQTTDeliveryWindow()

    /// Follows one readable packet.
    ///
    /// - Returns: Whether it is a PUBLISH that repeats one still under way.
    mutating func follow(_ packet: ControlPacket, isFromClient: Bool) -> Bool {
        guard let packetID = packet.packetID else { return false }
        switch packet.kind {
        case .publish:
            guard let qos = packet.qos else { return false }
            return isFromClient
                ? toBroker.publish(packetID, qos: qos, isDuplicate: packet.isDuplicate)
                : fromBroker.publish(packetID, qos: qos, isDuplicate: packet.isDuplicate)
        case .pubrel:
            if isFromClient { toBroker.release(packetID) } else { fromBroker.release(packetID) }
        case .puback, .pubrec, .pubcomp:
            let reason = packet.reasonCode ?? 0
            if isFromClient {
                fromBroker.acknowledge(packetID, with: packet.kind, reason: reason)
            } else {
                toBroker.acknowledge(packetID, with: packet.kind, reason: reason)
            }
        default: break
        }
        return false
    }

    /// Notes that packets were missed.
    mutating func loseCertainty() {
        toBroker.loseCertainty()
        fromBroker.loseCertainty()
    }
}

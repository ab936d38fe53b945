// Copies a message out of libmosquitto's memory: the only copy of its bytes on the way in.

import CMosquitto
import Glibc
import Traffic

extension Delivery {
    /// Reads both clocks and copies the message; DUP is not in it.
    init(_ message: mosquitto_message) {
        let now = ContinuousClock.now
        var wall = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &wall)
        let qos = unsafe QoS(rawValue: UInt8(truncatingIfNeeded: message.qos)) ?? .atMostOnce
        let topic = unsafe UnsafeRawBufferPointer(start: message.topic, count: strlen(message.topic))
        let payload = unsafe UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
        self.init(
            receivedAt: Timestamp(seconds: Int64(wall.tv_sec), nanoseconds: Int64(wall.tv_nsec)),
            receivedMonotonic: now,
            topic: unsafe Array(topic),
            payload: unsafe Array(payload),
            qos: qos,
            isRetained: unsafe message.retain,
            isDuplicate: false,
            packetID: qos == .atMostOnce ? nil : unsafe UInt16(truncatingIfNeeded: message.mid)
        )
    }
}

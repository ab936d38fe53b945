// Copies a message out of libmosquitto's memory: the only copy of its bytes on the way in.

import CMosquitto
import Glibc
import Traffic

extension DeliveryBatch {
    /// Appends a message of libmosquitto's, which does not tell of DUP.
    mutating func append(_ message: mosquitto_message, isDuplicate: (UInt16) -> Bool) {
        let now = Reception()
        let qos = unsafe QoS(rawValue: UInt8(truncatingIfNeeded: message.qos)) ?? .atMostOnce
        let packetID = qos == .atMostOnce ? nil : unsafe UInt16(truncatingIfNeeded: message.mid)
        let entry = Entry(
            receivedAt: now.wall,
            receivedMonotonic: now.monotonic,
            qos: qos,
            isRetained: unsafe message.retain,
            isDuplicate: packetID.map(isDuplicate) ?? false,
            packetID: packetID
        )
        let topic = unsafe UnsafeRawBufferPointer(start: message.topic, count: strlen(message.topic))
        let payload = unsafe UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
        unsafe append(entry, topic: topic.bytes, payload: payload.bytes)
    }
}

/// When something was received, on both clocks.
struct Reception {
    let wall: Timestamp
    let monotonic: ContinuousClock.Instant

    /// Reads the clocks.
    init() {
        monotonic = .now
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        wall = Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}

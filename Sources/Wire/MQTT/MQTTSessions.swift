// The MQTT sessions that may be resumed by another connection. MQTT 3.1.1 §3.1.2.4, MQTT 5 §4.1.

import Traffic

/// Deliveries of sessions that outlive their connections, by broker and client id, within a bound.
///
/// Two connections of one client share a session from the moment the second one resumes it: a broker ends the first
/// one only then (MQTT-3.1.4-3).
struct MQTTSessions: Sendable {
    /// Names a session as long as its place was not given to another one.
    struct Reference: Hashable, Sendable {
        fileprivate var slot: Int
        fileprivate var key: Int
    }

    private var deliveries: [MQTTDeliveries] = []
    private var keys: [Int] = []
    private var slots: [Int: Int] = [:]
    private var oldest = 0

    /// Sessions remembered.
    var count: Int { slots.count }

    /// The session of a client that asks to resume it, new when there is none yet.
    ///
    /// The client id is only hashed: it may be 64 KiB long. Sessions given up for it are added to `forgotten`.
    mutating func resume(
        _ clientID: String,
        of broker: Endpoint,
        limit: Int,
        forgotten: inout Int64
    ) -> Reference? {
        let key = Self.key(clientID, broker)
        if let slot = slots[key] { return Reference(slot: slot, key: key) }
        if deliveries.count >= limit { forgotten += 1 }
        guard limit > 0 else { return nil }
        let slot = deliveries.count < limit ? append() : replaceOldest()
        keys[slot] = key
        slots[key] = slot
        return Reference(slot: slot, key: key)
    }

    /// Ends the session of a client that begins anew, or whose broker does not know it.
    mutating func discard(_ clientID: String, of broker: Endpoint) {
        guard let slot = slots[Self.key(clientID, broker)] else { return }
        deliveries[slot] = MQTTDeliveries()
    }

    /// Follows one packet of a session, as `MQTTDeliveries.follow` does; `nil` when the session was forgotten.
    mutating func follow(
        _ packet: ControlPacket,
        of session: Reference,
        isFromClient: Bool
    ) -> Bool? {
        guard keys[session.slot] == session.key else { return nil }
        return deliveries[session.slot].follow(packet, isFromClient: isFromClient)
    }

    /// Notes that packets of a session were missed.
    mutating func loseCertainty(of session: Reference) {
        guard keys[session.slot] == session.key else { return }
        deliveries[session.slot].loseCertainty()
    }

    private mutating func append() -> Int {
        deliveries.append(MQTTDeliveries())
        keys.append(0)
        return deliveries.count - 1
    }

    private mutating func replaceOldest() -> Int {
        let slot = oldest
        oldest = (oldest + 1) % deliveries.count
        slots[keys[slot]] = nil
        deliveries[slot] = MQTTDeliveries()
        return slot
    }

    private static func key(_ clientID: String, _ broker: Endpoint) -> Int {
        var hasher = Hasher()
        hasher.combine(clientID)
        hasher.combine(broker)
        return hasher.finalize()
    }
}

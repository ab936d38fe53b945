// The messages of one direction that are under way at QoS 1 and 2. MQTT 3.1.1 §4.3, MQTT 5 §4.3.

import Traffic

/// Packet ids that one side has in use, oldest first, within a bound.
struct MQTTDeliveryWindow: Sendable {
    /// How far a message has come.
    private enum Stage: UInt32 {
        /// PUBLISH at QoS 1: a PUBACK ends it.
        case unacknowledged
        /// PUBLISH at QoS 2: the receiver takes a repeated one for the same until PUBREL.
        case unreleased
        /// PUBREL: only PUBCOMP is missing, the id no longer stands for the message.
        case released
    }

    /// Ids remembered; beyond them the oldest is forgotten.
    static let limit = 256

    /// Packet id, and stage above it.
    private var entries: [UInt32] = []
    /// Whether nothing was missed or forgotten since the connection began.
    private var isWhole = true

    /// Packet ids in use.
    var count: Int { entries.count }

    /// Takes a PUBLISH at QoS 1 or 2.
    ///
    /// - Returns: Whether it repeats one that is still under way.
    mutating func publish(_ packetID: UInt16, qos: QoS, isDuplicate: Bool) -> Bool {
        let stage = qos == .exactlyOnce ? Stage.unreleased : .unacknowledged
        guard let index = index(of: packetID) else {
            append(packetID, stage)
            return false
        }
        // Until PUBREL a receiver takes the id for the same message even without DUP (MQTT 5 §4.3.3); at
        // QoS 1 an acknowledgement may have been overlooked, so that only DUP tells.
        let isSame = isDuplicate || (stage == .unreleased && isWhole)
        if isSame, entries[index] >> 16 == stage.rawValue { return true }
        entries.remove(at: index)
        append(packetID, stage)
        return false
    }

    /// Takes the sender's PUBREL.
    mutating func release(_ packetID: UInt16) {
        guard let index = index(of: packetID) else { return }
        entries[index] = UInt32(packetID) | Stage.released.rawValue << 16
    }

    /// Takes the receiver's answer: what ends the delivery frees the id.
    mutating func acknowledge(_ packetID: UInt16, with kind: ControlPacket.Kind, reason: UInt8) {
        guard let index = index(of: packetID) else { return }
        // PUBREC ends it only when it refuses (MQTT 5 §4.3.3).
        if kind != .pubrec || reason >= 0x80 { entries.remove(at: index) }
    }

    /// Notes that packets of either direction were missed: an id may have been used anew since.
    mutating func loseCertainty() { isWhole = false }

    private func index(of packetID: UInt16) -> Int? {
        for index in entries.indices where UInt16(truncatingIfNeeded: entries[index]) == packetID {
            return index
        }
        return nil
    }

    private mutating func append(_ packetID: UInt16, _ stage: Stage) {
        if entries.count == Self.limit {
            entries.removeFirst()
            isWhole = false
        }
        entries.append(UInt32(packetID) | stage.rawValue << 16)
    }
}

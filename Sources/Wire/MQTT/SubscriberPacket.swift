// What a broker sends to a subscriber, told apart where it lies. MQTT 3.1.1 §3.3, MQTT 5 §3.3.

public import Traffic

/// What stands at a place in the bytes that a broker sends to a subscriber.
public enum SubscriberPacket: Hashable, Sendable {
    /// A whole PUBLISH of QoS 0 or 1, its ranges counted from its own first byte, and how long it is.
    case publish(ControlPacket, length: Int)
    /// A PUBLISH of QoS 0 or 1 that the bytes end in; its length once its fixed header is whole.
    case publishBegun(length: Int?)
    /// Any other packet, those of QoS 2 included, whether it is whole or not; its length once that can be read.
    case other(ControlPacket.Kind, length: Int?)
    /// A PUBLISH that breaks the specification, or a length of five bytes: nothing after it can be read.
    case malformed

    /// Reads the packet that begins at `start`, which must lie within the bytes, in the connection's version.
    ///
    /// With MQTT 3.1 as the version, DUP at QoS 0 passes.
    public init(in bytes: RawSpan, at start: Int, version: MQTTVersion) {
        let firstByte = bytes.byte(at: start)
        let kind = ControlPacket.Kind(rawValue: firstByte >> 4) ?? .reserved
        // QoS 2, and 3, which is none, have their second bit set.
        let isPublish = kind == .publish && firstByte & 0b0100 == 0
        guard let header = try? MQTTFixedHeader.read(bytes, at: start) else {
            let isUnreadable = bytes.byteCount - start >= MQTTFixedHeader.longest
            let begun = isPublish ? Self.publishBegun(length: nil) : .other(kind, length: nil)
            self = isUnreadable ? .malformed : begun
            return
        }
        guard isPublish else {
            self = .other(kind, length: header.packetLength)
            return
        }
        guard header.packetLength <= bytes.byteCount - start else {
            self = .publishBegun(length: header.packetLength)
            return
        }
        let frame = bytes.extracting(start..<start + header.packetLength)
        var reader = MQTTPacketReader(frame, header: header, version: version)
        reader.read()
        // An alias stands for a topic only where the client allowed it, and we do not (MQTT 5 §3.1.2.11.5).
        let isReadable = !reader.packet.isMalformed && !reader.packet.topic.isEmpty
        self = isReadable ? .publish(reader.packet, length: header.packetLength) : .malformed
    }
}

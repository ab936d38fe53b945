// Reads one whole control packet. MQTT 3.1 §3, MQTT 3.1.1 §3, MQTT 5 §3.

import Traffic

/// Reads the parts of one control packet and checks all that a single packet can break.
struct MQTTPacketReader: ~Escapable {
    private let frame: RawSpan
    private let header: MQTTFixedHeader
    private var cursor: ByteCursor
    /// What has been read so far.
    private(set) var packet: ControlPacket
    /// Alias of a PUBLISH's topic (MQTT 5).
    private(set) var topicAlias: UInt16?
    /// Client id that the broker assigned in a CONNACK (MQTT 5).
    private(set) var assignedClientID: Range<Int>?

    /// Prepares to read a frame: fixed header and body.
    @_lifetime(copy frame)
    init(_ frame: RawSpan, header: MQTTFixedHeader, version: MQTTVersion) {
        self.frame = frame
        self.header = header
        self.cursor = ByteCursor(frame, in: header.length..<header.packetLength)
        self.packet = ControlPacket(firstByte: header.firstByte, version: version)
    }

    /// Reads the packet; whatever breaks the specification only sets `packet.isMalformed`.
    mutating func read() {
        do throws(WireError) {
            guard MQTTFixedHeader.isValid(firstByte: header.firstByte, version: packet.version) else {
                throw .malformed(at: 0)
            }
            try readBody()
        } catch {
            packet = ControlPacket(firstByte: header.firstByte, version: packet.version)
            packet.isMalformed = true
        }
    }

    private mutating func readBody() throws(WireError) {
        switch packet.kind {
        case .publish: try readPublish()
        case .connack: try readConnectAcknowledgement()
        case .puback, .pubrec, .pubrel, .pubcomp: try readAcknowledgement()
        case .subscribe, .unsubscribe: try readFilters()
        case .suback, .unsuback: try readFilterAcknowledgement()
        case .pingreq, .pingresp: try requireEnd()
        case .disconnect, .auth: try readReason()
        case .connect, .reserved: packet.payload = cursor.position..<cursor.end
        }
    }

    // MARK: - PUBLISH (§3.3)

    private mutating func readPublish() throws(WireError) {
        // DUP must not be set at QoS 0 (MQTT-3.3.1-2; MQTT 3.1 has no such rule).
        if packet.flags & 0b1110 == 0b1000, packet.version != .v31 { throw .malformed(at: 0) }
        packet.topic = try cursor.readBlock()
        guard frame.isText(in: packet.topic, .topicName) else {
            throw .malformed(at: packet.topic.lowerBound)
        }
        if packet.flags & 0b0110 != 0 { try readPacketID() }
        if packet.version == .v5 { topicAlias = try readProperties().topicAlias }
        if packet.topic.isEmpty, topicAlias == nil { throw .malformed(at: packet.topic.lowerBound) }
        packet.payload = cursor.position..<cursor.end
    }

    private mutating func readPacketID() throws(WireError) {
        let packetID = try cursor.readUInt16()
        guard packetID != 0 else { throw .malformed(at: cursor.position - 2) }
        packet.packetID = packetID
    }

    private mutating func readProperties() throws(WireError) -> MQTTProperties {
        let properties = try MQTTProperties.read(&cursor, of: frame, in: MQTTProperties.Places(packet.kind))
        packet.properties = properties.range
        return properties
    }

    // MARK: - Acknowledgements

    /// CONNACK (§3.2): flags, return code, properties.
    private mutating func readConnectAcknowledgement() throws(WireError) {
        let flags = try cursor.readUInt8()
        guard flags <= 1 || packet.version == .v31 else { throw .malformed(at: cursor.position - 1) }
        let code = try cursor.readUInt8()
        guard packet.version == .v5 else {
            guard code <= 5 else { throw .malformed(at: cursor.position - 1) }
            return try requireEnd()
        }
        // A broker that knows no MQTT 5 refuses in the short form of 3.1.1 (MQTT 5 §3.2).
        guard cursor.remaining > 0 else { return }
        assignedClientID = try readProperties().assignedClientID
        try requireEnd()
    }

    /// PUBACK, PUBREC, PUBREL, PUBCOMP (§3.4–3.7): packet id; in MQTT 5 a reason and properties may follow.
    private mutating func readAcknowledgement() throws(WireError) {
        try readPacketID()
        guard packet.version == .v5 else { return try requireEnd() }
        try readReasonAndProperties()
    }

    /// DISCONNECT (§3.14) and AUTH (MQTT 5 §3.15).
    private mutating func readReason() throws(WireError) {
        guard packet.version == .v5 else { return try requireEnd() }
        try readReasonAndProperties()
    }

    private mutating func readReasonAndProperties() throws(WireError) {
        guard cursor.remaining > 0 else { return }
        let code = try cursor.readUInt8()
        guard MQTTReason.isValid(code, in: packet.kind) else { throw .malformed(at: cursor.position - 1) }
        guard cursor.remaining > 0 else { return }
        _ = try readProperties()
        try requireEnd()
    }

    /// SUBACK (§3.9) and UNSUBACK (§3.11): packet id and one code per filter; UNSUBACK has codes in MQTT 5 only.
    private mutating func readFilterAcknowledgement() throws(WireError) {
        try readPacketID()
        if packet.version == .v5 { _ = try readProperties() }
        packet.payload = cursor.position..<cursor.end
        guard packet.version == .v5 || packet.kind == .suback else { return try requireEnd() }
        guard cursor.remaining > 0 else { throw .truncated(needed: 1, at: cursor.position) }
        while cursor.remaining > 0 {
            let code = try cursor.readUInt8()
            let isKnown =
                packet.version == .v5
                ? MQTTReason.isValid(code, in: packet.kind) : code <= 2 || code == 0x80
            guard isKnown else { throw .malformed(at: cursor.position - 1) }
        }
    }

    // MARK: - SUBSCRIBE (§3.8) and UNSUBSCRIBE (§3.10)

    private mutating func readFilters() throws(WireError) {
        try readPacketID()
        if packet.version == .v5 { _ = try readProperties() }
        packet.payload = cursor.position..<cursor.end
        guard cursor.remaining > 0 else { throw .truncated(needed: 1, at: cursor.position) }
        while cursor.remaining > 0 {
            let filter = try cursor.readBlock()
            guard frame.isTopicFilter(in: filter) else { throw .malformed(at: filter.lowerBound) }
            if packet.kind == .subscribe { try readOptions() }
        }
    }

    /// QoS; in MQTT 5 also no-local, retain-as-published and retain handling (MQTT 5 §3.8.3.1).
    private mutating func readOptions() throws(WireError) {
        let options = try cursor.readUInt8()
        let reserved: UInt8 = packet.version == .v5 ? 0b1100_0000 : 0b1111_1100
        guard options & reserved == 0, options & 0b11 != 0b11, options & 0b11_0000 != 0b11_0000 else {
            throw .malformed(at: cursor.position - 1)
        }
    }

    private func requireEnd() throws(WireError) {
        guard cursor.remaining == 0 else { throw .malformed(at: cursor.position) }
    }
}

// Reads one whole control packet. MQTT 3.1 §3, MQTT 3.1.1 §3, MQTT 5 §3.

import Traffic

/// Reads the parts of one control packet and checks all that a single packet can break.
struct MQTTPacketReader: ~Escapable {
    private let frame: RawSpan
    private let header: MQTTFixedHeader
    private var cursor: ByteCursor
    /// What has been read so far.
    private(set) var packet: ControlPacket
    /// Its properties (MQTT 5).
    private(set) var properties = MQTTProperties()
    /// Whether a CONNACK says that the broker kept the session (MQTT 3.1.1 §3.2.2.2).
    private(set) var isSessionPresent = false
    /// Whether a filter of a SUBSCRIBE has a wildcard.
    private(set) var hasWildcard = false
    /// Whether a SUBSCRIBE asks for a shared subscription (MQTT 5 §4.8.2).
    private(set) var isShared = false

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
            if packet.version == .v5, header.isPadded { throw .malformed(at: 1) }
            try readBody()
        } catch {
            packet = ControlPacket(firstByte: header.firstByte, version: packet.version)
            packet.fault = .malformed
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
        if packet.version == .v5 { try readProperties() }
        if packet.topic.isEmpty, properties.topicAlias == nil {
            throw .malformed(at: packet.topic.lowerBound)
        }
        packet.payload = cursor.position..<cursor.end
    }

    private mutating func readPacketID() throws(WireError) {
        let packetID = try cursor.readUInt16()
        guard packetID != 0 else { throw .malformed(at: cursor.position - 2) }
        packet.packetID = packetID
    }

    private mutating func readProperties() throws(WireError) {
        properties = try MQTTProperties.read(&cursor, of: frame, in: MQTTProperty.Places(packet.kind))
        packet.properties = properties.range
    }

    // MARK: - Acknowledgements

    /// CONNACK (§3.2): flags, return code, properties.
    private mutating func readConnectAcknowledgement() throws(WireError) {
        let flags = try cursor.readUInt8()
        guard flags <= 1 || packet.version == .v31 else { throw .malformed(at: cursor.position - 1) }
        isSessionPresent = flags & 1 != 0
        let code = try cursor.readUInt8()
        packet.reasonCode = code
        // A refusal keeps no session (MQTT 3.1.1: MQTT-3.2.2-4, MQTT 5: MQTT-3.2.2-6).
        if code > 0, isSessionPresent, packet.version != .v31 { throw .malformed(at: cursor.position - 2) }
        guard packet.version == .v5 else {
            guard code <= 5 else { throw .malformed(at: cursor.position - 1) }
            return try requireEnd()
        }
        // A broker that knows no MQTT 5 refuses in the short form of 3.1.1 (MQTT 5 §3.2).
        guard cursor.remaining > 0 else {
            guard code <= 5 || MQTTReason.isValid(code, in: .connack) else {
                throw .malformed(at: cursor.position - 1)
            }
            return
        }
        guard MQTTReason.isValid(code, in: .connack) else { throw .malformed(at: cursor.position - 1) }
        try readProperties()
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
        packet.reasonCode = code
        guard cursor.remaining > 0 else { return }
        try readProperties()
        try requireEnd()
    }

    /// SUBACK (§3.9) and UNSUBACK (§3.11): packet id and one code per filter; UNSUBACK has codes in MQTT 5 only.
    private mutating func readFilterAcknowledgement() throws(WireError) {
        try readPacketID()
        if packet.version == .v5 { try readProperties() }
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
        if packet.version == .v5 { try readProperties() }
        packet.payload = cursor.position..<cursor.end
        guard cursor.remaining > 0 else { throw .truncated(needed: 1, at: cursor.position) }
        while cursor.remaining > 0 {
            let filter = try cursor.readBlock()
            guard frame.isTopicFilter(in: filter) else { throw .malformed(at: filter.lowerBound) }
            let isShared = packet.version == .v5 && frame.holds("$share/", at: filter.lowerBound)
            if isShared, !frame.isSharedFilter(in: filter) { throw .malformed(at: filter.lowerBound) }
            guard packet.kind == .subscribe else { continue }
            self.isShared = self.isShared || isShared
            hasWildcard = hasWildcard || frame.hasWildcard(in: filter)
            try readOptions(isShared: isShared)
        }
    }

    /// QoS; in MQTT 5 also no-local, retain-as-published and retain handling (MQTT 5 §3.8.3.1).
    private mutating func readOptions(isShared: Bool) throws(WireError) {
        let options = try cursor.readUInt8()
        let reserved: UInt8 = packet.version == .v5 ? 0b1100_0000 : 0b1111_1100
        guard options & reserved == 0, options & 0b11 != 0b11, options & 0b11_0000 != 0b11_0000 else {
            throw .malformed(at: cursor.position - 1)
        }
        if isShared, options & 0b100 != 0 { packet.fault = .noLocalOnShared }
    }

    private func requireEnd() throws(WireError) {
        guard cursor.remaining == 0 else { throw .malformed(at: cursor.position) }
    }
}

// Reads CONNECT. MQTT 3.1.1 §3.1, MQTT 5 §3.1.

import Traffic

/// What a client says of itself; the password is stepped over, the user name too.
struct MQTTIntroduction: Hashable {
    /// Protocol version.
    var version: MQTTVersion = .v311
    /// Where the client id lies in the frame.
    var clientID: Range<Int> = 0..<0
    /// Keep-alive in seconds.
    var keepAlive: UInt16 = 0
    /// The connect flags, as sent.
    private var flags: UInt8 = 0
    /// Properties (MQTT 5).
    var properties: Range<Int> = 0..<0
    /// Whether an authentication method is named (MQTT 5).
    var hasAuthenticationMethod = false
    /// Properties of the will (MQTT 5).
    var willProperties: Range<Int> = 0..<0
    /// Where the will's topic lies in the frame.
    private var willTopic: Range<Int> = 0..<0
    private var willLength = 0

    /// Clean session or clean start.
    var isClean: Bool { flags & 0x02 != 0 }
    /// Whether a will is left.
    var hasWill: Bool { flags & 0x04 != 0 }
    /// Whether a user name follows.
    var hasUserName: Bool { flags & 0x80 != 0 }
    private var willQoS: UInt8 { flags >> 3 & 0b11 }
    private var hasPassword: Bool { flags & 0x40 != 0 }

    /// Reads a CONNECT's body.
    ///
    /// - Throws: When anything in it breaks the specification of the version it names, or names no version.
    static func read(_ frame: RawSpan, header: MQTTFixedHeader) throws(WireError) -> MQTTIntroduction {
        var cursor = ByteCursor(frame, in: header.length..<header.packetLength)
        var introduction = MQTTIntroduction()
        introduction.version = try readVersion(&cursor, of: frame)
        guard MQTTFixedHeader.isValid(firstByte: header.firstByte, version: introduction.version) else {
            throw .malformed(at: 0)
        }
        if introduction.version == .v5, header.isPadded { throw .malformed(at: 1) }
        introduction.flags = try cursor.readUInt8()
        try introduction.checkFlags(at: cursor.position - 1)
        introduction.keepAlive = try cursor.readUInt16()
        try introduction.readPayload(&cursor, of: frame)
        return introduction
    }

    /// The version that protocol name and level name together; a bridge sets the level's highest bit (Mosquitto).
    static func readVersion(_ cursor: inout ByteCursor, of frame: RawSpan) throws(WireError) -> MQTTVersion {
        let name = try cursor.readBlock()
        let level = try cursor.readUInt8() & 0x7F
        let isOld = name.count == 6 && frame.holds("MQIsdp", at: name.lowerBound)
        let isNew = name.count == 4 && frame.holds("MQTT", at: name.lowerBound)
        guard isOld || isNew, let version = MQTTVersion(rawValue: level), (version == .v31) == isOld else {
            throw .malformed(at: name.lowerBound)
        }
        return version
    }

    /// MQTT 3.1.1 §3.1.2.2 to §3.1.2.9.
    private func checkFlags(at offset: Int) throws(WireError) {
        let isReservedSet = flags & 0x01 != 0 && version != .v31
        let isWillWrong = willQoS == 3 || (!hasWill && flags & 0b0011_1000 != 0 && version != .v31)
        let isPasswordAlone = hasPassword && !hasUserName && version != .v5
        guard !isReservedSet, !isWillWrong, !isPasswordAlone else { throw .malformed(at: offset) }
    }

    private mutating func readPayload(_ cursor: inout ByteCursor, of frame: RawSpan) throws(WireError) {
        if version == .v5 {
            let read = try MQTTProperties.read(&cursor, of: frame, in: .init(.connect))
            properties = read.range
            hasAuthenticationMethod = read.contains(.authenticationMethod)
        }
        clientID = try Self.readText(&cursor, of: frame)
        // Without a client id there is no session to keep (MQTT-3.1.3-7); MQTT 3.1 wants 1 to 23 characters.
        guard !clientID.isEmpty || (version == .v311 ? isClean : version == .v5) else {
            throw .malformed(at: clientID.lowerBound)
        }
        if hasWill { try readWill(&cursor, of: frame) }
        // MQTT 3.1 lets a client set the flag and leave the field out (§3.1, "User name and password flags").
        if hasUserName, cursor.remaining > 0 || version != .v31 { _ = try Self.readText(&cursor, of: frame) }
        if hasPassword, cursor.remaining > 0 || version != .v31 { _ = try cursor.readBlock() }
        guard cursor.remaining == 0 else { throw .malformed(at: cursor.position) }
    }

    private mutating func readWill(_ cursor: inout ByteCursor, of frame: RawSpan) throws(WireError) {
        if version == .v5 { willProperties = try MQTTProperties.read(&cursor, of: frame, in: .will).range }
        willTopic = try cursor.readBlock()
        guard !willTopic.isEmpty, frame.isText(in: willTopic, .topicName) else {
            throw .malformed(at: willTopic.lowerBound)
        }
        willLength = try cursor.readBlock().count
    }

    /// The will without its payload; `nil` when none is left.
    func will(in frame: RawSpan) -> Connection.Will? {
        guard hasWill, let qos = QoS(rawValue: willQoS) else { return nil }
        return Connection.Will(
            topic: frame.text(in: willTopic),
            qos: qos,
            isRetained: flags & 0x20 != 0,
            payloadLength: willLength
        )
    }

    private static func readText(_ cursor: inout ByteCursor, of frame: RawSpan) throws(WireError) -> Range<
        Int
    > {
        let range = try cursor.readBlock()
        guard frame.isText(in: range) else { throw .malformed(at: range.lowerBound) }
        return range
    }
}

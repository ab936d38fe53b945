// How properties are written, and where they may stand. MQTT 5 table 2-4.

import Traffic

extension MQTTProperty {
    /// The packets, and the will, that a property may stand in, as a bit set.
    struct Places: OptionSet {
        let rawValue: UInt16
        static let will = Places(rawValue: 1)
        init(rawValue: UInt16) { self.rawValue = rawValue }
        init(_ kind: ControlPacket.Kind) { rawValue = 1 << UInt16(kind.rawValue) }

        /// The packets that may carry a reason string.
        static let reasons: Self = [
            Self(.connack), Self(.puback), Self(.pubrec), Self(.pubrel), Self(.pubcomp), Self(.suback),
            Self(.unsuback), Self(.disconnect), Self(.auth),
        ]
    }

    fileprivate enum Format { case byte, flag, number16, number32, length, block, text, topicName, pair }

    /// Reads one property at the cursor and checks it by itself.
    ///
    /// - Throws: When it is unknown, cut, or has a value that it must not have.
    static func read(_ cursor: inout ByteCursor, of bytes: RawSpan) throws(WireError) -> MQTTProperty {
        let start = cursor.position
        guard let identifier = Identifier(rawValue: try cursor.readUInt8()) else {
            throw .malformed(at: start)
        }
        var property = MQTTProperty(identifier: identifier, value: 0..<0)
        try property.readValue(&cursor, of: bytes)
        return property
    }

    private mutating func readValue(_ cursor: inout ByteCursor, of bytes: RawSpan) throws(WireError) {
        let start = cursor.position
        switch identifier.format {
        case .byte, .flag:
            value = try cursor.skip(1)
            number = UInt32(bytes.byte(at: start))
            if identifier.format == .flag, bytes.byte(at: start) > 1 { throw .malformed(at: start) }
        case .number16:
            value = try cursor.skip(2)
            number = UInt32(bytes.uint16(at: start))
        case .number32:
            value = try cursor.skip(4)
            number = bytes.uint32(at: start)
        case .length:
            number = UInt32(try cursor.readVariableLength())
            value = start..<cursor.position
        case .block: value = try cursor.readBlock()
        case .text: value = try Self.readText(&cursor, of: bytes, .text)
        case .topicName:
            value = try Self.readText(&cursor, of: bytes, .topicName)
            // A topic name has at least one character (MQTT-4.7.3-1).
            if value.isEmpty { throw .malformed(at: start) }
        case .pair:
            name = try Self.readText(&cursor, of: bytes, .text)
            value = try Self.readText(&cursor, of: bytes, .text)
        }
        if number == 0, identifier.forbidsZero { throw .malformed(at: start) }
    }

    private static func readText(
        _ cursor: inout ByteCursor,
        of bytes: RawSpan,
        _ rule: RawSpan.TextRule
    ) throws(WireError) -> Range<Int> {
        let range = try cursor.readBlock()
        guard bytes.isText(in: range, rule) else { throw .malformed(at: range.lowerBound) }
        return range
    }
}

extension MQTTProperty.Identifier {
    /// Where the property may stand.
    var places: MQTTProperty.Places {
        typealias Places = MQTTProperty.Places
        switch self {
        case .payloadFormat, .messageExpiry, .contentType, .responseTopic, .correlationData:
            return [Places(.publish), .will]
        case .subscriptionIdentifier: return [Places(.publish), Places(.subscribe)]
        case .sessionExpiry: return [Places(.connect), Places(.connack), Places(.disconnect)]
        case .authenticationMethod, .authenticationData:
            return [Places(.connect), Places(.connack), Places(.auth)]
        case .requestProblemInformation, .requestResponseInformation: return Places(.connect)
        case .willDelay: return .will
        case .serverReference: return [Places(.connack), Places(.disconnect)]
        case .reasonString: return Places.reasons
        case .receiveMaximum, .topicAliasMaximum, .maximumPacketSize:
            return [Places(.connect), Places(.connack)]
        case .topicAlias: return Places(.publish)
        case .userProperty: return Places(rawValue: .max)
        case .assignedClientID, .serverKeepAlive, .responseInformation, .maximumQoS, .retainAvailable,
            .wildcardSubscriptionAvailable, .subscriptionIdentifierAvailable, .sharedSubscriptionAvailable:
            return Places(.connack)
        }
    }

    /// Zero is an error for these (MQTT 5 §3.1.2.11.3, §3.1.2.11.4, §3.3.2.3.4, §3.8.2.1.2).
    fileprivate var forbidsZero: Bool {
        switch self {
        case .receiveMaximum, .maximumPacketSize, .topicAlias, .subscriptionIdentifier: true
        default: false
        }
    }

    fileprivate var format: MQTTProperty.Format {
        switch self {
        // Only 0 and 1 mean something, but no other value is called an error (§3.3.2.3.2), and some are sent.
        case .payloadFormat: .byte
        case .requestProblemInformation, .requestResponseInformation, .maximumQoS, .retainAvailable,
            .wildcardSubscriptionAvailable, .subscriptionIdentifierAvailable, .sharedSubscriptionAvailable:
            .flag
        case .serverKeepAlive, .receiveMaximum, .topicAliasMaximum, .topicAlias: .number16
        case .messageExpiry, .sessionExpiry, .willDelay, .maximumPacketSize: .number32
        case .subscriptionIdentifier: .length
        case .correlationData, .authenticationData: .block
        case .responseTopic: .topicName
        case .contentType, .assignedClientID, .authenticationMethod, .responseInformation, .serverReference,
            .reasonString:
            .text
        case .userProperty: .pair
        }
    }
}

// The property block of MQTT 5 packets. MQTT 5 §2.2.2.

import Traffic

/// What Wire needs of a property block, after all of it was checked.
struct MQTTProperties: Hashable {
    /// Where the properties lie, without their length.
    var range: Range<Int> = 0..<0
    /// Topic alias (0x23); never 0.
    var topicAlias: UInt16?
    /// Assigned client identifier (0x12).
    var assignedClientID: Range<Int>?

    /// The packets, and the will, that a property may stand in, as a bit set.
    struct Places: OptionSet {
        let rawValue: UInt16
        static let will = Places(rawValue: 1)
        init(rawValue: UInt16) { self.rawValue = rawValue }
        init(_ kind: ControlPacket.Kind) { rawValue = 1 << UInt16(kind.rawValue) }
    }

    private enum Format { case byte, flag, number16, number32, length, block, text, pair }

    /// Reads a property block with its length.
    ///
    /// - Parameters:
    ///   - cursor: Stands at the block's length, and behind the block afterwards.
    ///   - bytes: What the cursor reads.
    ///   - place: The packet or will that the block belongs to.
    /// - Returns: The parts that are of use here.
    /// - Throws: When a property is unknown, not allowed here, given twice or cut.
    static func read(_ cursor: inout ByteCursor, of bytes: RawSpan, in place: Places) throws(WireError)
        -> Self
    {
        var properties = MQTTProperties()
        properties.range = try cursor.skip(try cursor.readVariableLength())
        guard !properties.range.isEmpty else { return properties }
        var inner = ByteCursor(bytes, in: properties.range)
        var seen: UInt64 = 0
        while inner.remaining > 0 {
            try properties.readOne(&inner, of: bytes, in: place, seen: &seen)
        }
        return properties
    }

    private mutating func readOne(
        _ cursor: inout ByteCursor,
        of bytes: RawSpan,
        in place: Places,
        seen: inout UInt64
    ) throws(WireError) {
        let start = cursor.position
        let identifier = try cursor.readUInt8()
        guard let (format, places) = Self.definition(of: identifier), !places.isDisjoint(with: place) else {
            throw .malformed(at: start)
        }
        // Only user properties, and subscription identifiers of a PUBLISH, may come more than once.
        let mayRepeat = identifier == 0x26 || (identifier == 0x0B && place == Places(.publish))
        guard mayRepeat || seen & 1 << UInt64(identifier) == 0 else { throw .malformed(at: start) }
        seen |= 1 << UInt64(identifier)
        let value = try Self.readValue(&cursor, of: bytes, format: format)
        switch identifier {
        case 0x12: assignedClientID = value
        case 0x23: topicAlias = bytes.uint16(at: value.lowerBound)
        default: break
        }
        // Zero is forbidden for alias, receive maximum and maximum packet size (MQTT 5 §3.1.2.11, §3.3.2.3).
        if identifier == 0x23 || identifier == 0x21 || identifier == 0x27 || identifier == 0x0B {
            guard bytes.containsNonzero(in: value) else { throw .malformed(at: start) }
        }
    }

    private static func readValue(
        _ cursor: inout ByteCursor,
        of bytes: RawSpan,
        format: Format
    ) throws(WireError) -> Range<Int> {
        let start = cursor.position
        switch format {
        case .byte: return try cursor.skip(1)
        case .flag:
            guard try cursor.readUInt8() <= 1 else { throw .malformed(at: start) }
            return start..<start + 1
        case .number16: return try cursor.skip(2)
        case .number32: return try cursor.skip(4)
        case .length:
            _ = try cursor.readVariableLength()
            return start..<cursor.position
        case .block: return try cursor.readBlock()
        case .text: return try readText(&cursor, of: bytes)
        case .pair:
            _ = try readText(&cursor, of: bytes)
            return try readText(&cursor, of: bytes)
        }
    }

    private static func readText(_ cursor: inout ByteCursor, of bytes: RawSpan) throws(WireError) -> Range<
        Int
    > {
        let range = try cursor.readBlock()
        guard bytes.isText(in: range) else { throw .malformed(at: range.lowerBound) }
        return range
    }

    /// Format and places of a property: MQTT 5 table 2-4.
    private static func definition(of identifier: UInt8) -> (Format, Places)? {
        let publish: Places = [Places(.publish), .will]
        let connect = Places(.connect)
        let connack = Places(.connack)
        switch identifier {
        // Values beyond 1 are seen in the field and break nothing that is read here.
        case 0x01: return (.byte, publish)
        case 0x02: return (.number32, publish)
        case 0x03, 0x08: return (.text, publish)
        case 0x09: return (.block, publish)
        case 0x0B: return (.length, [Places(.publish), Places(.subscribe)])
        case 0x11: return (.number32, [connect, connack, Places(.disconnect)])
        case 0x12, 0x1A: return (.text, connack)
        case 0x13: return (.number16, connack)
        case 0x15: return (.text, [connect, connack, Places(.auth)])
        case 0x16: return (.block, [connect, connack, Places(.auth)])
        case 0x17, 0x19: return (.flag, connect)
        case 0x18: return (.number32, .will)
        case 0x1C: return (.text, [connack, Places(.disconnect)])
        case 0x1F: return (.text, Places.reasons)
        case 0x21, 0x22: return (.number16, [connect, connack])
        case 0x23: return (.number16, Places(.publish))
        case 0x24, 0x25, 0x28, 0x29, 0x2A: return (.flag, connack)
        case 0x26: return (.pair, Places(rawValue: .max))
        case 0x27: return (.number32, [connect, connack])
        default: return nil
        }
    }
}

extension MQTTProperties.Places {
    /// The packets that may carry a reason string.
    static let reasons: Self = [
        Self(.connack), Self(.puback), Self(.pubrec), Self(.pubrel), Self(.pubcomp), Self(.suback),
        Self(.unsuback), Self(.disconnect), Self(.auth),
    ]
}

extension RawSpan {
    /// Whether any byte of a range is not zero.
    func containsNonzero(in range: Range<Int>) -> Bool {
        for index in range where byte(at: index) != 0 { return true }
        return false
    }
}

// The property block of MQTT 5 packets. MQTT 5 §2.2.2.

import Traffic

/// What Wire needs of every property block, after all of it was checked in one pass.
struct MQTTProperties: Hashable {
    /// Where the properties lie, without their length.
    var range: Range<Int> = 0..<0
    /// Topic alias; never 0.
    var topicAlias: UInt16?
    private var seen: UInt64 = 0

    /// Whether a property is there.
    func contains(_ identifier: MQTTProperty.Identifier) -> Bool {
        seen & 1 << UInt64(identifier.rawValue) != 0
    }

    /// Reads a property block with its length.
    ///
    /// - Parameters:
    ///   - cursor: Stands at the block's length, and behind the block afterwards.
    ///   - bytes: What the cursor reads.
    ///   - place: The packet or will that the block belongs to.
    /// - Returns: Where the properties lie, and which.
    /// - Throws: When a property is unknown, not allowed here, given twice or cut.
    static func read(
        _ cursor: inout ByteCursor,
        of bytes: RawSpan,
        in place: MQTTProperty.Places
    ) throws(WireError) -> Self {
        var properties = MQTTProperties()
        properties.range = try cursor.skip(try cursor.readVariableLength())
        guard !properties.range.isEmpty else { return properties }
        var inner = ByteCursor(bytes, in: properties.range)
        while inner.remaining > 0 {
            let start = inner.position
            try properties.note(try MQTTProperty.read(&inner, of: bytes), at: start, in: place)
        }
        // Authentication data says nothing without its method (MQTT 5 §3.1.2.11.10).
        if properties.contains(.authenticationData), !properties.contains(.authenticationMethod) {
            throw .malformed(at: properties.range.lowerBound)
        }
        return properties
    }

    private mutating func note(
        _ property: MQTTProperty,
        at start: Int,
        in place: MQTTProperty.Places
    ) throws(WireError) {
        let identifier = property.identifier
        guard !identifier.places.isDisjoint(with: place) else { throw .malformed(at: start) }
        // Only user properties, and subscription identifiers of a PUBLISH, may come more than once.
        let mayRepeat =
            identifier == .userProperty
            || (identifier == .subscriptionIdentifier && place == MQTTProperty.Places(.publish))
        guard mayRepeat || !contains(identifier) else { throw .malformed(at: start) }
        seen |= 1 << UInt64(identifier.rawValue)
        if identifier == .topicAlias { topicAlias = property.number.map(UInt16.init(truncatingIfNeeded:)) }
    }
}

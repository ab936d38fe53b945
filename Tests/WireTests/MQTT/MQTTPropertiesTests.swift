// The property block of MQTT 5.

import Testing
import Traffic

@testable import Wire

/// Reads a block with its length in front.
private func read(_ block: [UInt8], in kind: ControlPacket.Kind = .publish) throws -> MQTTProperties {
    var cursor = ByteCursor(block.span.bytes, in: block.indices)
    return try MQTTProperties.read(&cursor, of: block.span.bytes, in: .init(kind))
}

@Test func `reads an empty block`() throws {
    #expect(try read([0x00]).range.isEmpty)
}

@Test func `finds the alias among other properties`() throws {
    // Payload format, expiry, user property a=b, alias 0x0102.
    let block: [UInt8] =
        [0x01, 0x01] + [0x02, 0, 0, 0, 9] + [0x26, 0, 1, 0x61, 0, 1, 0x62] + [0x23, 0x01, 0x02]
    let properties = try read([UInt8(block.count)] + block)
    #expect(properties.topicAlias == 0x0102)
    #expect(properties.range == 1..<1 + block.count)
}

@Test func `lets user properties repeat`() throws {
    let user: [UInt8] = [0x26, 0, 0, 0, 0]
    #expect(try read([10] + user + user).range.count == 10)
}

@Test func `refuses authentication data without its method`() {
    #expect(throws: WireError.self) { try read([0x04, 0x16, 0, 1, 0x61], in: .connect) }
    #expect(throws: Never.self) { try read([0x08, 0x15, 0, 1, 0x61, 0x16, 0, 1, 0x61], in: .connect) }
}

@Test(
    arguments: [
        // Unknown; not in a PUBLISH; twice; alias 0; longer than the packet; value cut; text not UTF-8; text cut.
        [0x02, 0x7E, 0x00], [0x05, 0x11, 0, 0, 0, 1], [0x06, 0x23, 0, 1, 0x23, 0, 2], [0x03, 0x23, 0, 0],
        [0x05, 0x23, 0, 1], [0x02, 0x23, 0], [0x04, 0x03, 0, 1, 0xFF], [0x04, 0x03, 0, 9, 0x61],
        // A length of five bytes, one longer than it needs; a subscription identifier of 0, and one longer than it needs.
        [0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x82, 0x00, 0x01, 0x01], [0x02, 0x0B, 0x00],
        [0x03, 0x0B, 0x81, 0x00],
        // A response topic with a wildcard, and an empty one.
        [0x04, 0x08, 0, 1, 0x23], [0x03, 0x08, 0, 0],
    ] as [[UInt8]]
)
func `refuses a broken block`(block: [UInt8]) {
    #expect(throws: WireError.self) { try read(block) }
}

/// Everything a reader finds in a block: identifier and value, as text.
private func list(_ block: [UInt8]) -> [String] {
    var reader = MQTTPropertyReader(block.span.bytes, in: block.indices)
    var found: [String] = []
    while let property = reader.next() {
        let text = String(decoding: block[property.value], as: UTF8.self)
        let name = String(decoding: block[property.name], as: UTF8.self)
        found.append("\(property.identifier) \(property.number.map(String.init) ?? name + "=" + text)")
    }
    return found
}

@Test func `reads every kind of value where it lies`() {
    let block: [UInt8] =
        [0x01, 0x01] + [0x02, 0, 0, 1, 0] + [0x03] + MQTTBytes.string("text/plain") + [0x08]
        + MQTTBytes.string("re/ply") + [0x09, 0, 2, 0x63, 0x64] + [0x0B, 0x80, 0x01] + [0x26]
        + MQTTBytes.string("key") + MQTTBytes.string("") + [0x23, 0x01, 0x02]
    #expect(
        list(block) == [
            "payloadFormat 1", "messageExpiry 256", "contentType =text/plain", "responseTopic =re/ply",
            "correlationData =cd", "subscriptionIdentifier 128", "userProperty key=", "topicAlias 258",
        ]
    )
}

@Test func `reads what comes before the first byte that is no property, on every prefix`() {
    let block: [UInt8] =
        [0x03] + MQTTBytes.string("ab") + [0x26] + MQTTBytes.string("k") + MQTTBytes.string("v")
    let whole = list(block)
    for count in 0..<block.count {
        #expect(whole.starts(with: list(Array(block.prefix(count)))), "\(count) bytes")
    }
    #expect(list([0x7E, 0x00]).isEmpty)
}

@Test(arguments: MQTTProperty.Identifier.allCases)
func `lets a property stand somewhere, and not everywhere unless it is the user's`(
    identifier: MQTTProperty.Identifier
) {
    #expect(!identifier.places.isEmpty)
    #expect((identifier.places == MQTTProperty.Places(rawValue: .max)) == (identifier == .userProperty))
}

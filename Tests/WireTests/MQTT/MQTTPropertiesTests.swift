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

@Test(
    arguments: [
        // Unknown; not in a PUBLISH; twice; alias 0; longer than the packet; value cut; text not UTF-8; text cut.
        [0x02, 0x7E, 0x00], [0x05, 0x11, 0, 0, 0, 1], [0x06, 0x23, 0, 1, 0x23, 0, 2], [0x03, 0x23, 0, 0],
        [0x05, 0x23, 0, 1], [0x02, 0x23, 0], [0x04, 0x03, 0, 1, 0xFF], [0x04, 0x03, 0, 9, 0x61],
        // A length of five bytes.
        [0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ] as [[UInt8]]
)
func `refuses a broken block`(block: [UInt8]) {
    #expect(throws: WireError.self) { try read(block) }
}

@Test func `finds the client id that the broker assigned`() throws {
    let properties = try read([0x05, 0x12, 0x00, 0x02, 0x69, 0x64], in: .connack)
    #expect(properties.assignedClientID == 4..<6)
}

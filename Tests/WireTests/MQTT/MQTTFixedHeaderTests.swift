// The first bytes of every control packet.

import Testing
import Traffic

@testable import Wire

private func read(_ bytes: [UInt8]) throws -> MQTTFixedHeader? {
    try MQTTFixedHeader.read(bytes.span.bytes, at: 0)
}

@Test(
    arguments: [
        ([0x00], 0), ([0x7F], 127), ([0x80, 0x01], 128), ([0xFF, 0x7F], 16_383),
        ([0x80, 0x80, 0x01], 16_384),
        ([0xFF, 0xFF, 0x7F], 2_097_151), ([0x80, 0x80, 0x80, 0x01], 2_097_152),
        ([0xFF, 0xFF, 0xFF, 0x7F], 268_435_455), ([0x85, 0x00], 5),
    ] as [([UInt8], Int)]
)
func `decodes the edges of the remaining length`(bytes: [UInt8], expected: Int) throws {
    let header = try #require(try read([0x30] + bytes))
    #expect(header.remainingLength == expected)
    #expect(header.length == 1 + bytes.count)
}

@Test func `refuses a fifth length byte`() {
    #expect(throws: WireError.remainingLengthTooLong) { try read([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]) }
    #expect(throws: WireError.remainingLengthTooLong) { try read([0x30, 0xFF, 0xFF, 0xFF, 0xFF]) }
}

@Test func `says not yet on every prefix`() throws {
    let whole: [UInt8] = [0x30, 0x80, 0x80, 0x80, 0x01]
    for count in 0..<whole.count { #expect(try read(Array(whole.prefix(count))) == nil) }
}

@Test(
    arguments: [
        (0x00, false), (0x10, true), (0x11, false), (0x30, true), (0x3D, true), (0x36, false), (0x3E, false),
        (0x62, true), (0x60, false), (0x82, true), (0x80, false), (0xA2, true), (0xC1, false), (0xF0, false),
    ] as [(UInt8, Bool)]
)
func `knows the reserved flags of 3.1.1`(first: UInt8, isValid: Bool) {
    #expect(MQTTFixedHeader.isValid(firstByte: first, version: .v311) == isValid)
}

@Test func `knows AUTH in MQTT 5 only, and no reserved flags in 3.1`() {
    #expect(MQTTFixedHeader.isValid(firstByte: 0xF0, version: .v5))
    #expect(MQTTFixedHeader.isValid(firstByte: 0x8A, version: .v31))
    #expect(!MQTTFixedHeader.isValid(firstByte: 0xF0, version: .v31))
}

@Test func `tells a length that is written longer than it needs`() throws {
    for (bytes, isPadded) in [
        ([0x7F], false), ([0x85, 0x00], true), ([0x80, 0x01], false), ([0xFF, 0x80, 0x00], true),
        ([0xFF, 0xFF, 0xFF, 0x7F], false), ([0xFF, 0xFF, 0xFF, 0x00], true),
    ] as [([UInt8], Bool)] {
        #expect(try read([0x30] + bytes)?.isPadded == isPadded, "\(bytes)")
    }
}

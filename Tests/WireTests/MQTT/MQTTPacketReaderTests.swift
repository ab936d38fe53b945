// One whole control packet of every kind.

import Testing
import Traffic

@testable import Wire

private func read(_ frame: [UInt8], _ version: MQTTVersion = .v311) throws -> ControlPacket {
    let header = try #require(try MQTTFixedHeader.read(frame.span.bytes, at: 0))
    var reader = MQTTPacketReader(frame.span.bytes, header: header, version: version)
    reader.read()
    return reader.packet
}

@Test func `reads a PUBLISH at QoS 0`() throws {
    let packet = try read(MQTTBytes.publish("a/b", "hello"))
    #expect(packet.kind == .publish)
    #expect(packet.qos == .atMostOnce)
    #expect(packet.topic == 4..<7)
    #expect(packet.payload == 7..<12)
    #expect(packet.packetID == nil)
    #expect(!packet.isMalformed)
}

@Test func `reads flags and packet id of a PUBLISH at QoS 2`() throws {
    // DUP, QoS 2, RETAIN; topic "t"; packet id 0x0102; payload "p".
    let packet = try read([0x3D, 0x06, 0x00, 0x01, 0x74, 0x01, 0x02, 0x70])
    #expect(packet.qos == .exactlyOnce)
    #expect(packet.isDuplicate && packet.isRetained)
    #expect(packet.packetID == 0x0102)
    #expect(packet.payload == 7..<8)
}

@Test func `steps over the properties of an MQTT 5 PUBLISH`() throws {
    let frame = MQTTBytes.publish5("t", "p", properties: MQTTBytes.alias(7))
    let packet = try read(frame, .v5)
    #expect(packet.properties == 6..<9)
    #expect(packet.payload == 9..<10)
}

@Test(
    arguments: [
        [0x40, 0x02, 0x00, 0x01], [0x50, 0x02, 0x00, 0x01], [0x62, 0x02, 0x00, 0x01],
        [0x70, 0x02, 0x00, 0x01],
        [0xB0, 0x02, 0x00, 0x01], [0x90, 0x03, 0x00, 0x01, 0x80],
        // SUBSCRIBE a/# at QoS 1, UNSUBSCRIBE a.
        [0x82, 0x08, 0x00, 0x01, 0x00, 0x03, 0x61, 0x2F, 0x23, 0x01],
        [0xA2, 0x05, 0x00, 0x01, 0x00, 0x01, 0x61],
    ] as [[UInt8]]
)
func `reads the packet id of acknowledgements and subscriptions`(frame: [UInt8]) throws {
    let packet = try read(frame)
    #expect(packet.packetID == 1)
    #expect(!packet.isMalformed)
}

@Test(arguments: [[0x20, 0x02, 0x01, 0x00], [0xC0, 0x00], [0xD0, 0x00], [0xE0, 0x00]] as [[UInt8]])
func `reads packets that have no id`(frame: [UInt8]) throws {
    let packet = try read(frame)
    #expect(packet.packetID == nil)
    #expect(!packet.isMalformed)
}

@Test(
    arguments: [
        // PUBACK with reason, with reason and properties; DISCONNECT with reason; AUTH; CONNACK; SUBACK with reason.
        [0x40, 0x03, 0x00, 0x01, 0x10], [0x40, 0x04, 0x00, 0x01, 0x00, 0x00], [0xE0, 0x01, 0x04],
        [0xF0, 0x00],
        [0x20, 0x03, 0x00, 0x00, 0x00], [0x90, 0x04, 0x00, 0x01, 0x00, 0x02], [0x20, 0x02, 0x00, 0x01],
    ] as [[UInt8]]
)
func `reads the longer forms of MQTT 5`(frame: [UInt8]) throws {
    #expect(try !read(frame, .v5).isMalformed)
}

@Test(
    arguments: [
        // Reserved type; AUTH before MQTT 5; wrong flags; QoS 3; DUP at QoS 0.
        [0x00, 0x00], [0xF0, 0x00], [0x41, 0x02, 0x00, 0x01], [0x36, 0x05, 0x00, 0x01, 0x74, 0x00, 0x01],
        [0x38, 0x03, 0x00, 0x01, 0x74],
        // PUBLISH: topic longer than the packet, empty, with a wildcard, with NUL, not UTF-8; packet id 0, cut.
        [0x30, 0x03, 0x00, 0x09, 0x74], [0x30, 0x02, 0x00, 0x00], [0x30, 0x03, 0x00, 0x01, 0x23],
        [0x30, 0x03, 0x00, 0x01, 0x00], [0x30, 0x03, 0x00, 0x01, 0xFF],
        [0x32, 0x05, 0x00, 0x01, 0x74, 0x00, 0x00], [0x32, 0x04, 0x00, 0x01, 0x74, 0x00],
        // PUBACK: too short, too long, id 0. PINGREQ with a body. CONNACK with an unknown code.
        [0x40, 0x01, 0x00], [0x40, 0x03, 0x00, 0x01, 0x00], [0x40, 0x02, 0x00, 0x00], [0xC0, 0x01, 0x00],
        [0x20, 0x02, 0x00, 0x06],
        // SUBSCRIBE: nothing asked for, QoS 3, `#` inside a filter. SUBACK: code 3.
        [0x82, 0x02, 0x00, 0x01], [0x82, 0x06, 0x00, 0x01, 0x00, 0x01, 0x61, 0x03],
        [0x82, 0x08, 0x00, 0x01, 0x00, 0x03, 0x61, 0x23, 0x62, 0x00], [0x90, 0x03, 0x00, 0x01, 0x03],
    ] as [[UInt8]]
)
func `marks what breaks the specification`(frame: [UInt8]) throws {
    let packet = try read(frame)
    #expect(packet.isMalformed)
    #expect(packet.kind.rawValue == frame[0] >> 4)
    #expect(packet.topic.isEmpty && packet.payload.isEmpty && packet.packetID == nil)
}

@Test func `marks every shortened packet or reads it, and never traps`() throws {
    let packets: [[UInt8]] = [
        MQTTBytes.publish5("topic", "payload", properties: MQTTBytes.alias(1)),
        [0x82, 0x08, 0x00, 0x01, 0x00, 0x03, 0x61, 0x2F, 0x23, 0x01], [0x90, 0x04, 0x00, 0x01, 0x00, 0x02],
        [0x20, 0x06, 0x00, 0x00, 0x03, 0x22, 0x00, 0x0A],
    ]
    for whole in packets {
        for count in 0..<whole.count - 2 {
            let frame = [whole[0], UInt8(count)] + whole.dropFirst(2).prefix(count)
            for version in MQTTVersion.allCases { _ = try read(frame, version) }
        }
    }
}

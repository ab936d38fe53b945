// What a broker sends to a subscriber, told apart where it lies.

import Testing
import Traffic

@testable import Wire

private func packet(_ bytes: [UInt8], at start: Int = 0, _ version: MQTTVersion = .v311) -> SubscriberPacket {
    SubscriberPacket(in: bytes.span.bytes, at: start, version: version)
}

private let publish = MQTTBytes.publish("a/b", String(repeating: "x", count: 200))
private let publish1: [UInt8] = [0x3B, 7] + MQTTBytes.string("t") + [0x12, 0x34, 0xAA, 0xBB]

@Test func `reads a whole PUBLISH behind another one`() throws {
    guard case .publish(let read, let length) = packet(publish + publish1 + [0x40], at: publish.count) else {
        Issue.record("no PUBLISH")
        return
    }
    #expect(length == publish1.count)
    #expect(Array(publish1[read.topic]) == Array("t".utf8))
    #expect(Array(publish1[read.payload]) == [0xAA, 0xBB])
    #expect(read.packetID == 0x1234)
    #expect(read.isDuplicate && read.isRetained && read.qos == .atLeastOnce)
}

@Test func `knows a PUBLISH that is not whole for every prefix, and its length from the third byte on`() {
    for count in 1..<publish.count {
        let length = count < 3 ? nil : publish.count
        #expect(packet(Array(publish[..<count])) == .publishBegun(length: length), "\(count) bytes")
    }
}

@Test func `steps over MQTT 5's properties`() {
    let properties: [UInt8] = [0x03] + MQTTBytes.string("application/json")
    let bytes = MQTTBytes.publish5("t", "payload", properties: properties)
    guard case .publish(let read, _) = packet(bytes, .v5) else {
        Issue.record("no PUBLISH")
        return
    }
    #expect(Array(bytes[read.payload]) == Array("payload".utf8))
}

@Test func `takes neither deliveries of QoS 2 nor other packets for its own`() {
    #expect(packet([0x34, 5, 0, 1, 0x74, 0, 9]) == .other(.publish, length: 7))
    #expect(packet([0x34]) == .other(.publish, length: nil))
    #expect(packet([0xD0, 0]) == .other(.pingresp, length: 2))
    #expect(packet([0x90, 5, 0]) == .other(.suback, length: 7))
    #expect(packet([0x00, 0]) == .other(.reserved, length: 2))
}

@Test(
    arguments: [
        [0x30, 0xFF, 0xFF, 0xFF, 0xFF],  // a length of five bytes
        [0xD0, 0x80, 0x80, 0x80, 0x80],
        [0x30, 0],  // no topic
        [0x30, 2, 0, 0],  // an empty topic
        [0x30, 3, 0, 9, 0x74],  // a topic longer than the packet
        [0x32, 5, 0, 1, 0x74, 0, 0],  // packet id 0
        [0x30, 4, 0, 1, 0xFF, 0x41],  // a topic that is no text
    ] as [[UInt8]]
)
func `reads nothing behind what breaks the specification`(bytes: [UInt8]) {
    #expect(packet(bytes) == .malformed)
}

@Test func `lets pass a DUP that means nothing at QoS 0, before MQTT 5`() {
    let bytes: [UInt8] = [0x38, 4] + MQTTBytes.string("t") + [0xAA]
    guard case .publish = packet(bytes, .v31) else {
        Issue.record("refused")
        return
    }
    #expect(packet([0x38, 5] + MQTTBytes.string("t") + [0, 0xAA], .v5) == .malformed)
}

@Test func `never reads beyond the bytes, whatever they are`() {
    var generator = SeededGenerator(seed: 20_261_123)
    for _ in 0..<50_000 {
        var bytes = Bool.random(using: &generator) ? publish : publish1
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
                in: 0...255,
                using: &generator
            )
        }
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
        let version = MQTTVersion.allCases.randomElement(using: &generator) ?? .v5
        guard case .publish(let read, let length) = packet(bytes, version) else { continue }
        #expect(length <= bytes.count && read.payload.upperBound <= length)
    }
}

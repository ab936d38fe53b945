// CONNECT, in all versions.

import Testing
import Traffic

@testable import Wire

private func read(_ frame: [UInt8]) throws -> MQTTIntroduction {
    let header = try #require(try MQTTFixedHeader.read(frame.span.bytes, at: 0))
    return try MQTTIntroduction.read(frame.span.bytes, header: header)
}

/// A CONNECT from its parts.
private func connect(
    name: String = "MQTT",
    level: UInt8 = 4,
    flags: UInt8 = 0x02,
    rest: [UInt8] = MQTTBytes.string("dev")
) -> [UInt8] {
    let body = MQTTBytes.string(name) + [level, flags, 0x00, 0x0A] + rest
    return [0x10, UInt8(body.count)] + body
}

@Test func `reads a CONNECT of 3.1.1`() throws {
    let introduction = try read(connect())
    #expect(introduction.version == .v311)
    #expect(introduction.keepAlive == 10)
    #expect(introduction.isClean)
    #expect(!introduction.hasWill && !introduction.hasUserName)
    #expect(introduction.clientID == 14..<17)
}

@Test func `reads a CONNECT of 3.1`() throws {
    #expect(try read(connect(name: "MQIsdp", level: 3)).version == .v31)
}

@Test func `reads a CONNECT of MQTT 5 with properties and a will`() throws {
    // Receive maximum 9; client id; will with delay 1, topic w, payload x; user name u.
    let rest: [UInt8] =
        [0x03, 0x21, 0x00, 0x09] + MQTTBytes.string("dev") + [0x05, 0x18, 0, 0, 0, 1] + MQTTBytes.string("w")
        + MQTTBytes.string("x") + MQTTBytes.string("u")
    let introduction = try read(connect(level: 5, flags: 0x86, rest: rest))
    #expect(introduction.version == .v5)
    #expect(introduction.hasWill && introduction.hasUserName)
    #expect(introduction.properties == 13..<16)
    #expect(introduction.willProperties == 22..<27)
}

@Test func `describes the will without its payload`() throws {
    // QoS 1, RETAIN; topic w, payload of five bytes.
    let rest = MQTTBytes.string("dev") + MQTTBytes.string("w") + MQTTBytes.string("hello")
    let frame = connect(flags: 0x2E, rest: rest)
    let will = try #require(try read(frame).will(in: frame.span.bytes))
    #expect(will == Connection.Will(topic: "w", qos: .atLeastOnce, isRetained: true, payloadLength: 5))
    #expect(try read(connect()).will(in: connect().span.bytes) == nil)
}

@Test func `takes a bridge for what it is`() throws {
    #expect(try read(connect(level: 0x84)).version == .v311)
}

@Test(arguments: [
    connect(name: "MQTX"), connect(level: 99), connect(name: "MQIsdp", level: 4), connect(flags: 0x03),
    // Password without user name; will QoS without will; will QoS 3; no client id and no clean session.
    connect(flags: 0x42, rest: MQTTBytes.string("dev") + MQTTBytes.string("pw")), connect(flags: 0x0A),
    connect(flags: 0x1E, rest: MQTTBytes.string("d") + MQTTBytes.string("w") + MQTTBytes.string("x")),
    connect(flags: 0x00, rest: MQTTBytes.string("")),
    // Bytes behind the payload; a user name that is announced and missing; a will topic with a wildcard.
    connect(rest: MQTTBytes.string("dev") + [0x00]), connect(flags: 0x82),
    connect(flags: 0x06, rest: MQTTBytes.string("d") + MQTTBytes.string("#") + MQTTBytes.string("x")),
])
func `refuses a CONNECT that breaks the specification`(frame: [UInt8]) {
    #expect(throws: WireError.self) { try read(frame) }
}

@Test func `refuses every cut CONNECT`() {
    let whole = connect()
    for count in 0..<whole.count - 2 {
        let frame = [0x10, UInt8(count)] + whole.dropFirst(2).prefix(count)
        #expect(throws: WireError.self) { try read(frame) }
    }
}

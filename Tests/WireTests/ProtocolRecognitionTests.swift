// What a connection speaks, by its bytes.

import Testing
import Traffic

@testable import Wire

private func judge(_ bytes: [UInt8], port: UInt16 = 9_000, isStart: Bool = true)
    -> ProtocolRecognition.Verdict
{
    let server = Endpoint(address: Frames.server.address, port: port)
    let (key, _) = FlowKey.key(source: Frames.client, destination: server, vlan: 0)
    return ProtocolRecognition.judge(bytes.span.bytes, isStreamStart: isStart, key: key)
}

private let connectVerdict = ProtocolRecognition.Verdict.mqtt(version: nil, isFromClient: true)

@Test func `knows a CONNECT on any port, from the protocol name on`() {
    let connect = MQTTBytes.connect()
    for count in 1..<8 { #expect(judge(Array(connect.prefix(count))) == .undecided, "\(count) bytes") }
    for count in 8...connect.count { #expect(judge(Array(connect.prefix(count))) == connectVerdict) }
}

@Test func `knows requests and responses from their first word on`() {
    #expect(judge(Array("GET ".utf8)) == .http(isRequest: true))
    #expect(judge(Array("PROPFIND /".utf8)) == .http(isRequest: true))
    #expect(judge(Array("HTTP/1.".utf8)) == .http(isRequest: false))
    #expect(judge(Array("HTT".utf8)) == .undecided)
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + String(repeating: "\0", count: 80)
    #expect(judge(Array(preface.utf8)) == .unknown)
}

@Test func `knows a TLS hello`() {
    let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]
    #expect(judge(hello) == .encrypted)
    #expect(judge(hello, port: 1_883) == .encrypted)
    #expect(judge(Array(hello.prefix(3))) == .undecided)
}

@Test func `knows a plausible packet midway`() {
    #expect(judge(MQTTBytes.publish("a/b", "x"), isStart: false) == .mqtt(version: nil, isFromClient: nil))
    #expect(judge([0xC0, 0x00], isStart: false) == .mqtt(version: nil, isFromClient: true))
    #expect(judge([0xD0, 0x00], isStart: false) == .mqtt(version: nil, isFromClient: false))
}

@Test(
    arguments: [
        // LDAP's BER sequence; SSH; text; SMTP greeting; random.
        [0x30, 0x0C, 0x02, 0x01, 0x01, 0x60, 0x07], Array("SSH-2.0-x\r\n".utf8), Array("hello world".utf8),
        Array("220 mail.example ESMTP ready to serve you today and tomorrow".utf8), [0x9A, 0x11, 0x45, 0x00],
    ] as [[UInt8]]
)
func `takes other protocols for unknown`(bytes: [UInt8]) {
    #expect(judge(bytes) == .unknown)
}

@Test func `takes the first bytes on MQTT's port for MQTT, whatever they are`() {
    #expect(judge([0x00, 0x00], port: 1_883) == .mqtt(version: nil, isFromClient: nil))
    #expect(judge([0x00, 0x00], port: 1_883, isStart: false) == .unknown)
}

@Test func `takes a broken first packet for MQTT on its port even when it comes in pieces`() {
    let tap = Tap(server: Endpoint(address: Frames.server.address, port: 1_883))
    tap.open()
    for byte in [0x10, 0x04, 0x00, 0x02, 0x58, 0x58] as [UInt8] { tap.send(.client, [byte]) }
    #expect(tap.book.lines == ["CONNECT!"])
}

@Test func `never traps on random bytes`() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
        let count = Int.random(in: 0...24, using: &random)
        _ = judge((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }, isStart: false)
    }
}

// Packets that can be read, and must not have been sent.

import Testing
import Traffic
import Wire

/// A CONNECT of MQTT 5 with these properties.
private func connect5(_ properties: [UInt8] = []) -> [UInt8] {
    let body =
        MQTTBytes.string("MQTT") + [0x05, 0x02, 0x00, 0x3C, UInt8(properties.count)] + properties
        + MQTTBytes.string("dev")
    return [0x10, UInt8(body.count)] + body
}

/// A CONNACK of MQTT 5 with these properties.
private func connack5(_ properties: [UInt8] = []) -> [UInt8] {
    [0x20, UInt8(properties.count + 3), 0x00, 0x00, UInt8(properties.count)] + properties
}

/// What is said against the packets of a connection that is seen from its start.
private func faults(_ turns: [(Tap.Sender, [UInt8])]) -> [PacketFault?] {
    let tap = Tap()
    tap.open()
    for (sender, bytes) in turns { tap.send(sender, bytes) }
    #expect(tap.losses.malformedPackets == 0)
    return tap.book.packets.map(\.packet.fault)
}

private let connect = MQTTBytes.connect()
private let connack = MQTTBytes.connack
private let publish = MQTTBytes.publish("t", "x")
private let publish5 = MQTTBytes.publish5("t", "x")

@Test func `has nothing against packets in order`() {
    let said = faults([
        (.client, connect), (.server, connack), (.client, publish), (.server, publish),
        (.client, [0xC0, 0x00]),
        (.server, [0xD0, 0x00]), (.client, MQTTBytes.disconnect),
    ])
    #expect(said == [nil, nil, nil, nil, nil, nil, nil])
}

@Test func `wants CONNECT first and once, CONNACK first and once, nothing behind DISCONNECT`() {
    #expect(faults([(.client, publish)]) == [.beforeConnect])
    #expect(faults([(.client, connect), (.client, connect)]) == [nil, .secondConnect])
    #expect(faults([(.client, connect), (.server, publish)]) == [nil, .beforeConnectAcknowledgement])
    #expect(
        faults([(.client, connect), (.server, connack), (.server, connack)])
            == [nil, nil, .secondConnectAcknowledgement]
    )
    #expect(
        faults([(.client, connect), (.client, MQTTBytes.disconnect), (.client, publish)])
            == [nil, nil, .afterDisconnect]
    )
}

@Test func `wants each type from its side`() {
    // CONNACK, SUBACK, PINGRESP from a client; SUBSCRIBE, PINGREQ and, before MQTT 5, DISCONNECT from a broker.
    let wrong: [(Tap.Sender, [UInt8])] = [
        (.client, connack), (.client, [0x90, 0x03, 0x00, 0x01, 0x00]), (.client, [0xD0, 0x00]),
        (.server, [0x82, 0x06, 0x00, 0x01, 0x00, 0x01, 0x61, 0x00]), (.server, [0xC0, 0x00]),
        (.server, MQTTBytes.disconnect),
    ]
    let said = faults([(.client, connect), (.server, connack)] + wrong)
    #expect(said == [nil, nil] + wrong.map { _ in PacketFault.wrongSide })
    #expect(
        faults([(.client, connect5()), (.server, connack5()), (.server, [0xE0, 0x01, 0x8E])]) == [
            nil, nil, nil,
        ]
    )
}

@Test func `gives the benefit of the doubt where packets are missing`() {
    let tap = Tap()
    tap.send(.server, publish)
    tap.send(.client, publish)
    tap.send(.server, connack)
    #expect(tap.book.packets.allSatisfy { $0.packet.fault == nil })
    // The CONNECT is lost, the CONNACK too.
    let holes = Tap()
    holes.open()
    holes.skip(.client, connect.count)
    holes.skip(.server, connack.count)
    holes.send(.client, publish)
    holes.send(.server, publish)
    holes.send(.client, [0xC0, 0x00])
    holes.finish()
    #expect(holes.book.lines == ["PUBLISH t x", "PINGREQ", "PUBLISH t x"])
    #expect(holes.book.packets.allSatisfy { $0.packet.fault == nil })
}

@Test func `holds a client to the terms of CONNACK`() {
    // Topic alias maximum 2, maximum QoS 0, retain, wildcards, subscription identifiers, shared: not available;
    // maximum packet size 40.
    let terms: [UInt8] =
        [0x22, 0, 2] + [0x24, 0] + [0x25, 0] + [0x28, 0] + [0x29, 0] + [0x2A, 0] + [0x27, 0, 0, 0, 40]
    func subscribe(_ filter: String, properties: [UInt8] = []) -> [UInt8] {
        let body = [0, 1, UInt8(properties.count)] + properties + MQTTBytes.string(filter) + [0]
        return [0x82, UInt8(body.count)] + body
    }
    let said = faults([
        (.client, connect5()), (.server, connack5(terms)),
        (.client, MQTTBytes.publish5("a", "", properties: MQTTBytes.alias(2))),
        (.client, MQTTBytes.publish5("a", "", properties: MQTTBytes.alias(3))),
        (.client, [0x32, 0x06, 0x00, 0x01, 0x74, 0x00, 0x01, 0x00]), (.client, [0x31] + publish5.dropFirst()),
        (.client, subscribe("a/b")), (.client, subscribe("a/#")), (.client, subscribe("$share/s/a")),
        (.client, subscribe("a", properties: [0x0B, 0x01])),
        (.client, MQTTBytes.publish5("a", String(repeating: "x", count: 40))),
    ])
    #expect(
        said == [
            nil, nil, nil, .aliasTooLarge, .ruledOut, .ruledOut, nil, .ruledOut, .ruledOut, .ruledOut,
            .packetTooLarge,
        ]
    )
}

@Test func `holds a broker to the terms of CONNECT`() {
    // Topic alias maximum 1, maximum packet size 20.
    let said = faults([
        (.client, connect5([0x22, 0, 1, 0x27, 0, 0, 0, 20])), (.server, connack5()),
        (.server, MQTTBytes.publish5("a", "", properties: MQTTBytes.alias(1))),
        (.server, MQTTBytes.publish5("a", "", properties: MQTTBytes.alias(2))),
        (.server, MQTTBytes.publish5("a", String(repeating: "x", count: 20))),
        (.server, MQTTBytes.publish5("a", "", properties: [0x0B, 0x01])),
    ])
    #expect(said == [nil, nil, nil, .aliasTooLarge, .packetTooLarge, nil])
}

@Test func `knows what only one side may say in MQTT 5`() {
    let greeting: [(Tap.Sender, [UInt8])] = [(.client, connect5()), (.server, connack5([0x22, 0, 9]))]
    func fault(_ sender: Tap.Sender, _ bytes: [UInt8]) -> PacketFault? {
        faults(greeting + [(sender, bytes)]).last ?? nil
    }
    #expect(fault(.client, MQTTBytes.publish5("a", "", properties: [0x0B, 0x01])) == .contentOfOtherSide)
    // DISCONNECT with will from a broker, with "server busy" from a client, with session expiry from a broker.
    #expect(fault(.server, [0xE0, 0x01, 0x04]) == .contentOfOtherSide)
    #expect(fault(.client, [0xE0, 0x01, 0x89]) == .contentOfOtherSide)
    #expect(fault(.server, [0xE0, 0x07, 0x00, 0x05, 0x11, 0, 0, 0, 1]) == .contentOfOtherSide)
    #expect(fault(.client, [0xE0, 0x07, 0x00, 0x05, 0x11, 0, 0, 0, 1]) == nil)
    #expect(fault(.client, [0xF0, 0x00]) == .authenticationNotBegun)
    #expect(fault(.client, MQTTBytes.publish5("", "", properties: MQTTBytes.alias(7))) == .unboundAlias)
    // No Local on $share/s/a.
    let shared = [0x00, 0x01, 0x00] + MQTTBytes.string("$share/s/a") + [0x04]
    #expect(fault(.client, [0x82, UInt8(shared.count)] + shared) == .noLocalOnShared)
}

@Test func `lets authentication begin before CONNACK`() {
    let method: [UInt8] = [0x15] + MQTTBytes.string("m")
    let auth: [UInt8] = [0xF0, 0x06, 0x18, 0x04] + method
    #expect(
        faults([(.client, connect5(method)), (.server, auth), (.client, auth), (.server, connack5(method))])
            == [nil, nil, nil, nil]
    )
}

@Test func `blames no alias that was bound beyond the bound of memory`() {
    var limits = WireLimits()
    limits.aliasBytes = 2
    let tap = Tap(limits: limits)
    tap.open()
    tap.send(.client, connect5())
    tap.send(.server, connack5([0x22, 0, 9]))
    tap.send(.client, MQTTBytes.publish5("long", "", properties: MQTTBytes.alias(1)))
    tap.send(.client, MQTTBytes.publish5("", "", properties: MQTTBytes.alias(1)))
    #expect(tap.book.packets.allSatisfy { $0.packet.fault == nil })
}

@Test(arguments: PacketFault.allCases)
func `has words for every fault`(fault: PacketFault) {
    #expect(fault.text.hasPrefix(fault == .malformed ? "malformed" : "protocol error: "))
}

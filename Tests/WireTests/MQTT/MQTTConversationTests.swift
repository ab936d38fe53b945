// MQTT connections as a tap sees them.

import Testing
import Traffic
import Wire

/// A tap on a connection that has shaken hands.
private func openTap(limits: WireLimits = WireLimits(), server: Endpoint = Frames.server) -> Tap {
    let tap = Tap(limits: limits, server: server)
    tap.open()
    return tap
}

@Test func `introduces a client and lists both directions`() throws {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect("dev-1"))
    tap.send(.server, MQTTBytes.connack)
    tap.send(.client, MQTTBytes.publish("up", "1"))
    tap.send(.server, MQTTBytes.publish("down", "2"))
    tap.send(.client, MQTTBytes.disconnect)
    tap.close()
    #expect(tap.book.lines == ["CONNECT", "CONNACK", "PUBLISH up 1", "PUBLISH down 2", "DISCONNECT"])
    #expect(
        tap.book.packets.map(\.direction) == [.toBroker, .fromBroker, .toBroker, .fromBroker, .toBroker]
    )
    let opened = try #require(tap.book.opened.first)
    #expect(opened.number == 1)
    #expect(opened.client == Frames.client)
    #expect(opened.server == Frames.server)
    #expect(!opened.startsMidStream)
    let introduced = try #require(tap.book.introduced.first)
    #expect(introduced.clientID == "dev-1")
    #expect(introduced.keepAlive == 60)
    #expect(introduced.version == .v311)
    #expect(tap.book.closed.map(\.end) == [.disconnected])
}

@Test func `gives the same control packets for every split into segments`() {
    let stream =
        MQTTBytes.connect() + MQTTBytes.publish("a/b", "one") + [0xC0, 0x00] + MQTTBytes.publish("c", "two")
    let expected = ["CONNECT", "PUBLISH a/b one", "PINGREQ", "PUBLISH c two"]
    for split in 1..<stream.count {
        let tap = openTap()
        tap.send(.client, Array(stream[..<split]))
        tap.send(.client, Array(stream[split...]))
        #expect(tap.book.lines == expected, "split at \(split)")
    }
    let tap = openTap()
    for byte in stream { tap.send(.client, [byte]) }
    #expect(tap.book.lines == expected)
}

@Test func `stamps a packet with the time of its last byte`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    let publish = MQTTBytes.publish("t", "payload")
    tap.send(.client, Array(publish.prefix(5)))
    tap.wait(.seconds(3))
    let last = tap.now
    tap.send(.client, Array(publish.dropFirst(5)))
    #expect(tap.book.packets.last?.at == last)
}

@Test func `resolves topic aliases by connection and direction`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect5())
    // Topic alias maximum 9.
    tap.send(.server, [0x20, 0x06, 0x00, 0x00, 0x03, 0x22, 0x00, 0x09])
    tap.send(.client, MQTTBytes.publish5("long/topic", "1", properties: MQTTBytes.alias(1)))
    tap.send(.client, MQTTBytes.publish5("", "2", properties: MQTTBytes.alias(1)))
    tap.send(.server, MQTTBytes.publish5("", "3", properties: MQTTBytes.alias(1)))
    tap.send(.client, MQTTBytes.publish5("other", "4", properties: MQTTBytes.alias(1)))
    tap.send(.client, MQTTBytes.publish5("", "5", properties: MQTTBytes.alias(1)))
    let publishes = tap.book.lines.filter { $0.hasPrefix("PUBLISH") }
    #expect(
        publishes == [
            "PUBLISH long/topic 1", "PUBLISH long/topic 2", "PUBLISH  3", "PUBLISH other 4",
            "PUBLISH other 5",
        ]
    )
    // The frame keeps what was sent.
    #expect(tap.book.packets[3].packet.topic.isEmpty)
}

@Test func `forgets aliases over a gap, in which they may have been bound anew`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect5())
    tap.send(.client, MQTTBytes.publish5("old", "1", properties: MQTTBytes.alias(1)))
    tap.skip(.client, 40)
    tap.send(.client, MQTTBytes.publish5("", "2", properties: MQTTBytes.alias(1)))
    tap.finish()
    // The packet itself cannot be found again: an alias alone is no sure sign of a packet.
    #expect(!tap.book.lines.contains("PUBLISH old 2"))
}

@Test func `takes the client id that the broker assigned`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect5(""))
    tap.send(.server, [0x20, 0x08, 0x00, 0x00, 0x05, 0x12, 0x00, 0x02, 0x69, 0x64])
    tap.close()
    #expect(tap.book.closed.first?.clientID == "id")
}

@Test func `lists one row for a length that cannot be one, then nothing until in step again`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    tap.send(.client, [0x30, 0x80, 0x80, 0x80, 0x80, 0x01] + MQTTBytes.publish("lost", "1"))
    tap.send(.client, [0x99, 0x98, 0x97])
    tap.send(.client, MQTTBytes.publish("found", "2"))
    tap.send(.server, MQTTBytes.connack)
    #expect(tap.book.lines == ["CONNECT", "PUBLISH!", "PUBLISH found 2", "CONNACK"])
    #expect(tap.losses.malformedPackets == 1)
}

@Test func `goes on behind a malformed packet whose length was right`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    tap.send(.client, [0x30, 0x02, 0x00, 0x00] + MQTTBytes.publish("next", "1"))
    #expect(tap.book.lines == ["CONNECT", "PUBLISH!", "PUBLISH next 1"])
}

@Test func `lists a first packet that is malformed on MQTT's own port`() {
    let broker = Endpoint(address: Frames.server.address, port: 1_883)
    let tap = openTap(server: broker)
    tap.send(.client, [0x10, 0x04, 0x00, 0x02, 0x58, 0x58])
    #expect(tap.book.lines == ["CONNECT!"])
    #expect(tap.book.introduced.isEmpty)
}

@Test func `keeps what the first CONNECT said`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect("first") + MQTTBytes.connect("second"))
    #expect(tap.book.introduced.map(\.clientID) == ["first"])
    #expect(tap.book.lines == ["CONNECT", "CONNECT"])
}

@Test func `recognises a connection midway and concludes who is the client`() throws {
    let tap = Tap()
    // A piece of a larger packet first, then whole ones.
    tap.send(.server, Array("tail of a payload".utf8))
    tap.send(.server, MQTTBytes.publish("down/x", "1"))
    tap.send(.client, [0xC0, 0x00])
    tap.finish()
    #expect(tap.book.lines == ["PUBLISH down/x 1", "PINGREQ"])
    #expect(tap.book.packets.map(\.direction) == [.fromBroker, .toBroker])
    let connection = try #require(tap.book.opened.first)
    #expect(connection.startsMidStream)
    #expect(connection.version == .v311)
    #expect(tap.book.closed.first?.end == .open)
}

@Test func `concludes MQTT 5 midway from a packet that only MQTT 5 has`() {
    let tap = Tap()
    tap.send(.client, MQTTBytes.publish("t", "x"))
    // PUBACK with a reason.
    tap.send(.server, [0x40, 0x03, 0x00, 0x01, 0x10])
    tap.send(.client, MQTTBytes.publish5("t", "5"))
    #expect(tap.book.packets.map(\.packet.version) == [.v311, .v5, .v5])
    #expect(tap.book.lines.last == "PUBLISH t 5")
}

@Test func `stays in step over a gap inside a payload`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    let large = MQTTBytes.publish("big", String(repeating: "x", count: 500))
    tap.send(.client, Array(large.prefix(100)))
    tap.skip(.client, 200)
    tap.send(.client, Array(large.dropFirst(300)) + MQTTBytes.publish("next", "1"))
    tap.finish()
    #expect(tap.book.lines == ["CONNECT", "PUBLISH next 1"])
    #expect(tap.losses.gaps == 1)
    #expect(tap.losses.gapBytes == 200)
}

@Test func `finds a packet again behind a gap that swallowed a head`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    tap.skip(.client, 200)
    tap.send(.client, Array("rest of something lost".utf8))
    tap.send(.client, MQTTBytes.publish("found", "1"))
    tap.finish()
    #expect(tap.book.lines == ["CONNECT", "PUBLISH found 1"])
}

@Test func `skips a packet beyond the bound and counts it`() {
    var limits = WireLimits()
    limits.controlPacketBytes = 100
    let tap = openTap(limits: limits)
    tap.send(.client, MQTTBytes.connect())
    let large = MQTTBytes.publish("big", String(repeating: "x", count: 500))
    tap.send(.client, Array(large.prefix(300)))
    tap.send(.client, Array(large.dropFirst(300)) + MQTTBytes.publish("small", "1"))
    #expect(tap.book.lines == ["CONNECT", "PUBLISH small 1"])
    #expect(tap.losses.oversizedPackets == 1 && tap.losses.gaps == 0)
    tap.finish()
    #expect(tap.book.closed.map(\.unreadParts) == [1])
}

@Test func `says how a connection ended`() {
    let closed = openTap()
    closed.send(.client, MQTTBytes.connect())
    closed.close()
    #expect(closed.book.closed.map(\.end) == [.closed])
    let reset = openTap()
    reset.send(.client, MQTTBytes.connect())
    reset.reset(.server)
    #expect(reset.book.closed.map(\.end) == [.reset])
    let open = openTap()
    open.send(.client, MQTTBytes.connect())
    open.finish()
    #expect(open.book.closed.map(\.end) == [.open])
    #expect(open.book.closed.first?.closedAt == nil)
}

@Test func `takes keep-alive and session expiry from the broker where it sets them`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect5())
    // Server keep-alive 10, session expiry 7.
    tap.send(.server, [0x20, 0x0B, 0x00, 0x00, 0x08, 0x13, 0x00, 0x0A, 0x11, 0, 0, 0, 7])
    tap.close()
    #expect(tap.book.introduced.first?.keepAlive == 60)
    #expect(tap.book.closed.first?.keepAlive == 10)
    #expect(tap.book.closed.first?.sessionExpiry == 7)
}

@Test func `forgets aliases over a packet beyond the bound, which may have bound one anew`() {
    var limits = WireLimits()
    limits.controlPacketBytes = 100
    let tap = openTap(limits: limits)
    tap.send(.client, MQTTBytes.connect5())
    tap.send(.server, [0x20, 0x06, 0x00, 0x00, 0x03, 0x22, 0x00, 0x09])
    tap.send(.client, MQTTBytes.publish5("old", "1", properties: MQTTBytes.alias(1)))
    let large = MQTTBytes.publish5("new", String(repeating: "x", count: 500), properties: MQTTBytes.alias(1))
    tap.send(.client, Array(large.prefix(300)))
    tap.send(
        .client,
        Array(large.dropFirst(300)) + MQTTBytes.publish5("", "2", properties: MQTTBytes.alias(1))
    )
    #expect(tap.book.lines.last == "PUBLISH  2")
    #expect(tap.book.packets.last?.packet.fault == nil)
}

@Test func `lists type 0 at once, whatever follows it`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    tap.send(.client, [0x0A, 0xC0])
    #expect(tap.book.lines == ["CONNECT", "RESERVED!"])
}

@Test func `survives every mutation of an MQTT 5 conversation within its bounds`() {
    var random = SeededGenerator(seed: 5)
    let upward =
        MQTTBytes.connect5()
        + MQTTBytes.publish5(
            "a/b",
            "one",
            properties: MQTTBytes.alias(1) + [0x03] + MQTTBytes.string("text/plain")
        )
        + MQTTBytes.publish5(
            "",
            "two",
            properties: MQTTBytes.alias(1) + [0x26] + MQTTBytes.string("k") + MQTTBytes.string("v")
        )
        + [0x3A, 0x07, 0x00, 0x01, 0x74, 0x00, 0x01, 0x00, 0x70] + [0xC0, 0x00]
    for _ in 0..<3_000 {
        var mutated = upward
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: mutated.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: mutated[index] = UInt8.random(in: .min ... .max, using: &random)
            case 1: mutated.remove(at: index)
            default: mutated.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
            }
        }
        let tap = openTap()
        let split = Int.random(in: 0...mutated.count, using: &random)
        tap.send(.client, Array(mutated[..<split]))
        tap.send(.client, Array(mutated[split...]))
        tap.close()
        #expect(tap.book.packets.count <= mutated.count / 2)
        for packet in tap.book.packets {
            #expect(packet.packet.payload.upperBound <= packet.frame.count)
            var reader = MQTTPropertyReader(packet.frame.span.bytes, in: packet.packet.properties)
            var end = packet.packet.properties.lowerBound
            while let property = reader.next() {
                #expect(property.value.upperBound > end)
                end = property.value.upperBound
            }
            #expect(packet.packet.properties.isEmpty || end == packet.packet.properties.upperBound)
        }
    }
}

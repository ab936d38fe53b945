// MQTT over WebSocket as a tap sees it.

import Testing
import Traffic
import Wire

/// A tap on a connection that has shaken hands and been upgraded.
private func upgradedTap(subprotocol: String? = "mqtt") -> Tap {
    let tap = Tap()
    tap.open()
    tap.send(.client, WebSocketBytes.request(subprotocol: subprotocol))
    tap.send(.server, WebSocketBytes.response(subprotocol: subprotocol))
    return tap
}

private let connect = WebSocketBytes.client(MQTTBytes.connect("dev-1"))
private let connack = WebSocketBytes.frame(MQTTBytes.connack)

@Test(arguments: ["mqtt", "mqttv3.1", "MQTT", nil])
func `lists what plain MQTT would, behind the upgrade's own exchange`(subprotocol: String?) throws {
    let tap = upgradedTap(subprotocol: subprotocol)
    tap.send(.client, connect)
    tap.send(.server, connack)
    tap.send(.client, WebSocketBytes.client(MQTTBytes.publish("up", "1")))
    tap.send(.server, WebSocketBytes.frame(MQTTBytes.publish("down", "2")))
    tap.send(.client, WebSocketBytes.client(MQTTBytes.disconnect))
    tap.close()
    #expect(tap.book.exchangeLines == ["GET /mqtt 101 0 complete"])
    #expect(tap.book.lines == ["CONNECT", "CONNACK", "PUBLISH up 1", "PUBLISH down 2", "DISCONNECT"])
    #expect(
        tap.book.packets.map(\.direction) == [.toBroker, .fromBroker, .toBroker, .fromBroker, .toBroker]
    )
    #expect(tap.book.packets.allSatisfy { $0.packet.fault == nil })
    let connection = try #require(tap.book.closed.first)
    #expect(connection.client == Frames.client && connection.server == Frames.server)
    #expect(connection.clientID == "dev-1")
    #expect(!connection.startsMidStream)
    #expect(connection.end == .disconnected)
}

@Test func `gives the same control packets for every split of the frames into segments`() {
    let stream =
        connect + WebSocketBytes.client(MQTTBytes.publish("a/b", "one") + [0xC0, 0x00])
        + WebSocketBytes.client(Array(MQTTBytes.publish("c", "two").prefix(3)), first: 0x02)
        + WebSocketBytes.client([], first: 0x89)
        + WebSocketBytes.client(Array(MQTTBytes.publish("c", "two").dropFirst(3)), first: 0x80)
    let expected = ["CONNECT", "PUBLISH a/b one", "PINGREQ", "PUBLISH c two"]
    for split in 1..<stream.count {
        let tap = upgradedTap()
        tap.send(.client, Array(stream[..<split]))
        tap.send(.client, Array(stream[split...]))
        #expect(tap.book.lines == expected, "split at \(split)")
    }
    let tap = upgradedTap()
    for byte in stream { tap.send(.client, [byte]) }
    #expect(tap.book.lines == expected)
}

@Test func `reads one packet out of many frames and many packets out of one`() {
    let tap = upgradedTap()
    let large = MQTTBytes.publish("big", String(repeating: "x", count: 40_000))
    tap.send(.client, connect)
    for start in stride(from: 0, to: large.count, by: 1_000) {
        tap.send(.client, WebSocketBytes.client(Array(large[start..<min(start + 1_000, large.count)])))
    }
    tap.send(.client, WebSocketBytes.client(large))
    #expect(tap.book.packets.dropFirst().map { $0.payload.count } == [40_000, 40_000])
    #expect(tap.book.packets.dropFirst().allSatisfy { Set($0.payload) == [0x78] })
}

@Test func `keeps the client's frames until the agreement has arrived, and the server's behind it`() {
    let tap = Tap()
    tap.open()
    // In the same segments as the heads.
    tap.send(.client, Array(WebSocketBytes.request().utf8) + connect)
    tap.send(.client, WebSocketBytes.client(MQTTBytes.publish("early", "1")))
    #expect(tap.book.lines.isEmpty)
    tap.send(.server, Array(WebSocketBytes.response().utf8) + connack)
    tap.close()
    #expect(tap.book.lines == ["CONNECT", "PUBLISH early 1", "CONNACK"])
}

@Test func `keeps a bounded number of early frames and finds later ones again`() {
    var limits = WireLimits()
    limits.headBytes = 300
    let tap = Tap(limits: limits)
    tap.open()
    tap.send(.client, WebSocketBytes.request())
    tap.send(.client, connect)
    for _ in 0..<5 {
        tap.send(
            .client,
            WebSocketBytes.client(MQTTBytes.publish("lost", String(repeating: "x", count: 400)))
        )
    }
    tap.send(.server, WebSocketBytes.response())
    tap.send(.client, WebSocketBytes.client(MQTTBytes.publish("found", "1")))
    tap.close()
    #expect(tap.book.lines.first == "CONNECT")
    #expect(tap.book.lines.last == "PUBLISH found 1")
    #expect(tap.book.lines.count == 2)
    #expect(tap.losses.gaps == 1)
}

@Test func `takes frames for HTTP again when the upgrade is refused`() {
    let tap = Tap()
    tap.open()
    tap.send(.client, WebSocketBytes.request())
    tap.send(.client, "GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
    tap.send(.server, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    tap.close()
    #expect(tap.book.exchangeLines == ["GET /mqtt 401 0 complete", "GET /next 200 2 complete"])
    #expect(tap.book.opened.isEmpty)
}

@Test func `lets other sub-protocols be, and other bytes`() {
    let chat = upgradedTap(subprotocol: "chat")
    chat.send(.client, connect)
    chat.close()
    #expect(chat.book.opened.isEmpty)
    let bare = upgradedTap(subprotocol: nil)
    bare.send(.client, WebSocketBytes.client(Array("hello".utf8)))
    bare.send(.client, connect)
    bare.close()
    #expect(bare.book.opened.isEmpty)
}

@Test func `counts a connection with compressed messages once and reads the others`() {
    let tap = upgradedTap()
    tap.send(.client, connect)
    tap.send(.client, WebSocketBytes.client([1, 2, 3], first: 0xC2))
    tap.send(.client, WebSocketBytes.client([4, 5], first: 0xC2))
    tap.send(.client, WebSocketBytes.client(MQTTBytes.publish("plain", "1")))
    #expect(tap.book.lines == ["CONNECT", "PUBLISH plain 1"])
    #expect(tap.losses.unreadableConnections == 1)
}

@Test func `reads a connection entered midway, whoever speaks first`() throws {
    for sender in [Tap.Sender.client, .server] {
        let tap = Tap()
        tap.send(sender, Array("the end of a frame".utf8))
        let publish = MQTTBytes.publish("mid/way", "1")
        tap.send(sender, sender == .client ? WebSocketBytes.client(publish) : WebSocketBytes.frame(publish))
        tap.send(.server, WebSocketBytes.frame([0xD0, 0x00]))
        tap.finish()
        #expect(tap.book.lines == ["PUBLISH mid/way 1", "PINGRESP"])
        let connection = try #require(tap.book.opened.first)
        #expect(connection.startsMidStream)
        #expect(connection.client == Frames.client)
    }
}

@Test func `finds frames again behind gaps`() {
    let tap = upgradedTap()
    tap.send(.client, connect)
    let large = WebSocketBytes.client(MQTTBytes.publish("big", String(repeating: "x", count: 500)))
    // Inside a frame, in step; then over a frame's head, out of it.
    tap.send(.client, Array(large.prefix(100)))
    tap.skip(.client, 200)
    tap.send(.client, Array(large.dropFirst(300)) + WebSocketBytes.client(MQTTBytes.publish("in/step", "1")))
    tap.skip(.client, 900)
    tap.send(.client, Array("rest of a frame".utf8))
    tap.send(.client, WebSocketBytes.client(MQTTBytes.publish("found", "2")))
    tap.finish()
    #expect(tap.book.lines == ["CONNECT", "PUBLISH in/step 1", "PUBLISH found 2"])
    #expect(tap.losses.gaps == 2)
}

@Test func `reads frames behind an agreement that the capture lacks`() {
    let tap = Tap()
    tap.open()
    tap.send(.client, WebSocketBytes.request())
    tap.skip(.server, WebSocketBytes.response().utf8.count)
    tap.send(.client, connect)
    tap.send(.server, connack)
    tap.wait(.seconds(200))
    tap.send(.client, WebSocketBytes.client(MQTTBytes.publish("later", "1")))
    tap.finish()
    #expect(tap.book.lines == ["CONNECT", "CONNACK", "PUBLISH later 1"])
}

@Test(arguments: ["HTTP/1 .11", "no answer at all"])
func `takes nothing for frames when the whole capture has no agreement`(answer: String) {
    let tap = Tap()
    tap.open()
    tap.send(.client, WebSocketBytes.request())
    tap.send(.server, answer)
    tap.send(.server, WebSocketBytes.frame(MQTTBytes.publish("a/b", "1")))
    tap.close()
    #expect(tap.book.opened.isEmpty)
    #expect(tap.book.exchangeLines == ["GET /mqtt - 0 gap"])
}

@Test func `survives every mutation of a WebSocket conversation within its bounds`() {
    var random = SeededGenerator(seed: 6_455)
    let upward =
        connect
        + WebSocketBytes.client(MQTTBytes.publish("t", String(repeating: "p", count: 300)), first: 0x02)
        + WebSocketBytes.client([1], first: 0x89) + WebSocketBytes.client([0xC0, 0x00], first: 0x80)
    for _ in 0..<2_000 {
        let tap = upgradedTap()
        var mutated = upward
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: mutated.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: mutated[index] = UInt8.random(in: .min ... .max, using: &random)
            case 1: mutated.remove(at: index)
            default: mutated.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
            }
        }
        let split = Int.random(in: 0...mutated.count, using: &random)
        tap.send(.client, Array(mutated[..<split]))
        tap.send(.client, Array(mutated[split...]))
        tap.send(.server, connack)
        tap.close()
        // A packet takes two bytes at least.
        #expect(tap.book.packets.count <= mutated.count / 2 + 2)
        #expect(tap.book.opened.count == tap.book.closed.count)
    }
}

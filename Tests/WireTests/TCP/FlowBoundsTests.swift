// What is given up, and in which order, when not everything can be kept.

import Testing
import Traffic
import Wire

private func endpoint(_ number: Int) -> Endpoint {
    Endpoint(address: IPAddress(ipv4: 0x0B00_0000 | UInt32(number)), port: 50_000)
}

/// A frame of one client to one port of the server.
private func frame(
    _ number: Int,
    sequence: UInt32,
    port: UInt16 = 8_100,
    flags: Frames.Flags = .ack,
    payload: [UInt8] = []
) -> [UInt8] {
    let server = Endpoint(address: Frames.server.address, port: port)
    let flow = Flow(source: endpoint(number), destination: server)
    return Frames.ethernet(
        Frames.ipv4(flow, Frames.tcp(flow, sequence: sequence, flags: flags, payload: payload))
    )
}

private func limited(flows: Int) -> Tap {
    var limits = WireLimits()
    limits.flows = flows
    return Tap(limits: limits)
}

@Test func `keeps MQTT connections through a flood of SYNs`() {
    let tap = limited(flows: 8)
    for number in 1...8 { tap.receive(frame(number, sequence: 1, payload: MQTTBytes.connect("\(number)"))) }
    for number in 100..<2_000 { tap.receive(frame(number, sequence: 1, flags: .syn)) }
    #expect(tap.book.closed.isEmpty)
    #expect(tap.losses.evictedFlows == 1_900)
    let next = UInt32(1 + MQTTBytes.connect("1").count)
    for number in 1...8 { tap.receive(frame(number, sequence: next, payload: MQTTBytes.publish("t", "x"))) }
    #expect(tap.book.lines.suffix(8) == Array(repeating: "PUBLISH t x", count: 8)[...])
    #expect(tap.book.opened.count == 8)
}

@Test func `gives up what nobody reads before HTTP, and HTTP before MQTT`() {
    let tap = limited(flows: 4)
    tap.receive(frame(1, sequence: 1, payload: MQTTBytes.connect("1")))
    tap.receive(frame(2, sequence: 1, payload: Array("GET /a HTTP/1.1\r\n\r\n".utf8)))
    tap.receive(frame(3, sequence: 1, payload: Array("SSH-2.0-x\r\n".utf8)))
    tap.receive(frame(4, sequence: 1, flags: .syn))
    // For these go: the SYN, the SSH connection, the HTTP connection, and only then MQTT, the longest silent first.
    for number in 5...6 { tap.receive(frame(number, sequence: 1, payload: MQTTBytes.connect("\(number)"))) }
    #expect(tap.book.ended.isEmpty && tap.book.closed.isEmpty)
    tap.receive(frame(7, sequence: 1, payload: MQTTBytes.connect("7")))
    #expect(tap.book.exchangeLines == ["GET /a - 0 gap"])
    #expect(tap.book.closed.isEmpty)
    tap.receive(frame(8, sequence: 1, payload: MQTTBytes.connect("8")))
    #expect(tap.book.closed.map(\.clientID) == ["1"])
    #expect(tap.losses.evictedFlows == 4)
}

@Test func `leaves HTTP a share of the room that idle MQTT connections fill`() {
    let tap = limited(flows: 32)
    for number in 1...32 { tap.receive(frame(number, sequence: 1, payload: MQTTBytes.connect("\(number)"))) }
    let request = Array("GET /a HTTP/1.1\r\n\r\n".utf8)
    for number in 101...104 { tap.receive(frame(number, sequence: 1, payload: request)) }
    #expect(tap.book.closed.map(\.clientID) == ["1", "2", "3", "4"])
    // Four are an eighth; of more the oldest makes room, and no MQTT connection.
    for number in 105...109 { tap.receive(frame(number, sequence: 1, payload: request)) }
    #expect(tap.book.closed.count == 5)
    #expect(tap.book.ended.count == 4)
}

@Test func `counts no eviction for connections that are over`() {
    let tap = limited(flows: 2)
    for number in 1...50 {
        tap.receive(frame(number, sequence: 1, payload: MQTTBytes.connect("\(number)")))
        tap.receive(frame(number, sequence: 1, flags: .rst))
    }
    #expect(tap.losses == Losses())
    #expect(tap.book.closed.count == 50)
}

@Test func `gives up the memory of the longest silent connection, not the connection`() {
    var limits = WireLimits()
    limits.totalBytes = 8_000
    let tap = Tap(limits: limits)
    let claim: [UInt8] = [0x30, 0x88, 0x27, 0x00, 0x01, 0x74] + [UInt8](repeating: 1, count: 1_500)
    for number in 1...20 {
        tap.receive(frame(number, sequence: 1, payload: MQTTBytes.connect("\(number)") + claim))
    }
    #expect(tap.losses.gaps > 10)
    #expect(tap.losses.evictedFlows == 0)
    // The first one's packet was given up, its length is known: what follows it is read.
    let rest = [UInt8](repeating: 1, count: 5_003 - claim.count) + MQTTBytes.publish("t", "next")
    let next = UInt32(1 + MQTTBytes.connect("1").count + claim.count)
    tap.receive(frame(1, sequence: next, payload: rest))
    #expect(tap.book.lines.last == "PUBLISH t next")
}

@Test func `evicts connections whose unanswered requests hold too much`() {
    var limits = WireLimits()
    limits.totalBytes = 20_000
    let tap = Tap(limits: limits)
    let request = Array("GET /\(String(repeating: "a", count: 500)) HTTP/1.1\r\n\r\n".utf8)
    for number in 1...100 { tap.receive(frame(number, sequence: 1, payload: request)) }
    #expect(tap.losses.evictedFlows >= 80)
    #expect(tap.book.begun.count == 100)
    #expect(tap.book.ended.count == Int(tap.losses.evictedFlows))
}

@Test func `counts topic aliases as memory held`() {
    var limits = WireLimits()
    limits.totalBytes = 4_000
    let tap = Tap(limits: limits)
    let topic = String(repeating: "x", count: 300)
    let bind = MQTTBytes.publish5(topic, "", properties: MQTTBytes.alias(1))
    for number in 1...40 {
        tap.receive(frame(number, sequence: 1, payload: MQTTBytes.connect5("\(number)") + bind))
    }
    let use = MQTTBytes.publish5("", "", properties: MQTTBytes.alias(1))
    for number in [1, 40] {
        let next = UInt32(1 + MQTTBytes.connect5("\(number)").count + bind.count)
        tap.receive(frame(number, sequence: next, payload: use))
    }
    // The longest silent one has lost its aliases, the last one has not.
    #expect(tap.book.packets.suffix(2).map(\.topic.count) == [0, 300])
}

@Test func `looks after holes although the clock has jumped back`() {
    let tap = Tap()
    tap.open()
    tap.send(.client, MQTTBytes.connect())
    tap.skip(.client, 9)
    tap.send(.client, MQTTBytes.publish("t", "x"))
    tap.segment(.server, sequence: tap.sequence(.server))
    tap.wait(.seconds(-3_600))
    for _ in 0..<3 {
        tap.receive([0])
        tap.wait(.milliseconds(60))
    }
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t x"])
    #expect(tap.losses.gaps == 1)
}

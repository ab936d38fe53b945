// The whole decoder: links, bounds, counts, and bytes that mean no good.

import Testing
import Traffic
import Wire

private func endpoint(_ port: Int) -> Endpoint {
    Endpoint(address: Frames.client.address, port: UInt16(port))
}

/// A frame of one client.
private func frame(
    _ client: Endpoint,
    sequence: UInt32,
    flags: Frames.Flags = .ack,
    payload: [UInt8] = []
) -> [UInt8] {
    let flow = Flow(source: client, destination: Frames.server)
    return Frames.ethernet(
        Frames.ipv4(flow, Frames.tcp(flow, sequence: sequence, flags: flags, payload: payload))
    )
}

@Test func `counts what it cannot read and leaves alone what it need not`() {
    let tap = Tap()
    tap.receive([1, 2, 3])
    tap.receive(Frames.ethernet([0x45, 0, 0]))
    tap.receive([1, 2, 3, 4], link: LinkType(rawValue: 147))
    #expect(tap.losses.undecodablePackets == 3)
    // ARP, UDP.
    tap.receive(Frames.ethernet([0, 1], type: [0x08, 0x06]))
    let flow = Flow(source: Frames.client, destination: Frames.server)
    tap.receive(Frames.ethernet(Frames.ipv4(flow, [0, 1], transport: 17)))
    #expect(tap.losses.undecodablePackets == 3)
}

@Test func `reads TCP out of IP fragments`() {
    let tap = Tap()
    tap.open()
    let flow = Flow(source: Frames.client, destination: Frames.server)
    let segment = Frames.tcp(flow, sequence: tap.sequence(.client), payload: MQTTBytes.connect("fragmented"))
    let head = Frames.ipv4(flow, Array(segment.prefix(24)), fragment: 0x2000)
    let tail = Frames.ipv4(flow, Array(segment.dropFirst(24)), fragment: 3)
    tap.receive(Frames.ethernet(tail))
    tap.receive(Frames.ethernet(head))
    #expect(tap.book.introduced.map(\.clientID) == ["fragmented"])
}

@Test func `reads MQTT over IPv6`() {
    let tap = Tap()
    let flow = Flow(source: Frames.client, destination: Frames.server)
    let segment = Frames.tcp(flow, sequence: 1, payload: MQTTBytes.connect("six"))
    tap.receive(Frames.ethernet(Frames.ipv6(segment), type: [0x86, 0xDD]))
    #expect(tap.book.introduced.map(\.clientID) == ["six"])
    #expect(tap.book.opened.first?.client.address.isIPv4 == false)
}

@Test func `follows the same addresses in two VLANs as two connections`() {
    let tap = Tap()
    for vlan in [1, 2] as [UInt8] {
        let flow = Flow(source: Frames.client, destination: Frames.server)
        for (sequence, flags, payload) in [
            (1, .syn, []), (2, .ack, MQTTBytes.connect("vlan-\(vlan)")),
        ] as [(UInt32, Frames.Flags, [UInt8])] {
            let segment = Frames.tcp(flow, sequence: sequence, flags: flags, payload: payload)
            tap.receive(
                Frames.ethernet(Frames.ipv4(flow, segment), type: [0x81, 0x00, 0x00, vlan, 0x08, 0x00])
            )
        }
    }
    #expect(tap.book.introduced.map(\.clientID) == ["vlan-1", "vlan-2"])
}

@Test func `joins the directions of a tap that sees a tag in one of them only`() {
    let tagged = Tap()
    let flow = Flow(source: Frames.client, destination: Frames.server)
    tagged.receive(Frames.ethernet(Frames.ipv4(flow, Frames.tcp(flow, sequence: 1, flags: .syn))))
    let request = Frames.tcp(flow, sequence: 2, payload: Array("GET /a HTTP/1.1\r\n\r\n".utf8))
    tagged.receive(Frames.ethernet(Frames.ipv4(flow, request)))
    let response = Frames.tcp(
        flow.reversed,
        sequence: 7,
        payload: Array("HTTP/1.1 204 No\r\n\r\n".utf8)
    )
    let tag: [UInt8] = [0x81, 0x00, 0x00, 0x05, 0x08, 0x00]
    tagged.receive(Frames.ethernet(Frames.ipv4(flow.reversed, response), type: tag))
    #expect(tagged.book.exchangeLines == ["GET /a 204 0 complete"])
}

@Test func `counts encrypted connections and reads nothing of them`() {
    let tap = Tap()
    tap.open()
    tap.send(.client, [0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0, 0, 1, 0])
    tap.send(.server, MQTTBytes.publish("looks", "like MQTT"))
    tap.finish()
    #expect(tap.losses.encryptedConnections == 1)
    #expect(tap.book.packets.isEmpty && tap.book.opened.isEmpty)
}

@Test func `counts no gaps for connections that speak something else`() {
    let tap = Tap()
    tap.open()
    tap.send(.client, "SSH-2.0-x\r\n")
    tap.skip(.client, 10_000)
    tap.send(.client, "more")
    tap.finish()
    #expect(tap.losses == Losses())
}

@Test func `forgets the longest silent connection for a new one`() {
    var limits = WireLimits()
    limits.flows = 2
    let tap = Tap(limits: limits)
    for port in 1...3 {
        tap.receive(frame(endpoint(port), sequence: 1, payload: MQTTBytes.connect("\(port)")))
    }
    #expect(tap.losses.evictedFlows == 1)
    #expect(tap.book.closed.map(\.clientID) == ["1"])
    #expect(tap.book.closed.map(\.end) == [.abandoned])
    tap.finish()
    #expect(tap.book.closed.count == 3)
}

@Test func `forgets a connection that was silent for too long`() {
    var limits = WireLimits()
    limits.idleTime = .seconds(10)
    let tap = Tap(limits: limits)
    tap.receive(frame(endpoint(1), sequence: 1, payload: MQTTBytes.connect("quiet")))
    tap.wait(.seconds(11))
    tap.receive(frame(endpoint(2), sequence: 1, payload: MQTTBytes.connect("busy")))
    tap.receive(frame(endpoint(2), sequence: 1))
    #expect(tap.book.closed.map(\.clientID) == ["quiet"])
    #expect(tap.losses.evictedFlows == 1)
}

@Test func `forgets nothing because of one packet from the future`() {
    var limits = WireLimits()
    limits.idleTime = .seconds(10)
    let tap = Tap(limits: limits)
    tap.open()
    tap.send(.client, MQTTBytes.connect())
    tap.wait(.seconds(1_000_000))
    tap.receive([0])
    tap.wait(.seconds(-1_000_000))
    tap.send(.client, MQTTBytes.publish("t", "x"))
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t x"])
    #expect(tap.losses.evictedFlows == 0)
}

@Test func `survives a clock that jumps back`() {
    let tap = Tap()
    tap.open()
    tap.send(.client, MQTTBytes.connect())
    tap.wait(.seconds(-3_600))
    tap.skip(.client, 5)
    tap.send(.client, MQTTBytes.publish("t", "x"))
    tap.finish()
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t x"])
}

@Test func `holds no more bytes than all connections may hold together`() {
    var limits = WireLimits()
    limits.totalBytes = 20_000
    let tap = Tap(limits: limits)
    let claim: [UInt8] = [0x30, 0xFF, 0xFF, 0xFF, 0x02, 0x00, 0x01, 0x74]
    for port in 1...50 {
        tap.receive(frame(endpoint(port), sequence: 1, payload: MQTTBytes.connect("\(port)")))
        let sequence = UInt32(1 + MQTTBytes.connect("\(port)").count)
        let body = claim + [UInt8](repeating: 1, count: 1_000)
        tap.receive(frame(endpoint(port), sequence: sequence, payload: body))
    }
    // Some 20 claims of 1 kB fit; the others are given up, oldest first, and their connections are not.
    #expect((29...31).contains(tap.losses.gaps))
    #expect(tap.losses.evictedFlows == 0)
    #expect(tap.book.closed.isEmpty)
}

@Test func `ends every connection and exchange exactly once`() {
    let tap = Tap()
    tap.open()
    tap.send(.client, "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n")
    tap.receive(frame(endpoint(5), sequence: 1, payload: MQTTBytes.connect()))
    tap.finish()
    tap.finish()
    #expect(tap.book.ended.map(\.number) == [1, 2])
    #expect(tap.book.closed.map(\.number) == [1])
}

/// A recording of MQTT and HTTP in both directions, as frames.
private func recording() -> [[UInt8]] {
    var frames: [[UInt8]] = []
    let flow = Flow(source: Frames.client, destination: Frames.server)
    func add(_ flow: Flow, _ sequence: UInt32, _ payload: [UInt8], _ flags: Frames.Flags = .ack) {
        let segment = Frames.tcp(flow, sequence: sequence, flags: flags, payload: payload)
        frames.append(Frames.ethernet(Frames.ipv4(flow, segment)))
    }
    add(flow, 10, [], .syn)
    add(flow, 11, MQTTBytes.connect5("mutant"))
    let publish = MQTTBytes.publish5("a/b", "payload", properties: MQTTBytes.alias(3))
    add(flow, 11 + UInt32(MQTTBytes.connect5("mutant").count), publish + publish)
    add(flow.reversed, 90, [0x20, 0x03, 0x00, 0x00, 0x00])
    let web = Flow(source: endpoint(77), destination: Frames.server)
    let request = Array("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc".utf8)
    add(web, 5, request)
    let response = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
    add(web.reversed, 50, response)
    add(web, 5 + UInt32(request.count), [], [.fin, .ack])
    return frames
}

@Test(arguments: 0..<8 as Range<UInt64>)
func `never traps on mutated packets, and ends what it began`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var limits = WireLimits()
    limits.bytesPerDirection = 4_000
    limits.totalBytes = 16_000
    limits.flows = 12
    let tap = Tap(limits: limits)
    let links: [LinkType] = [.ethernet, .ethernet, .ethernet, .raw, .linuxCooked, .linuxCooked2, .null]
    for _ in 0..<400 {
        for var frame in recording().shuffled(using: &random) {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                // Mostly behind the Ethernet header.
                let index = Int.random(in: 12..<frame.count, using: &random)
                frame[index] = UInt8.random(in: 0...255, using: &random)
            }
            let kept =
                Bool.random(using: &random) ? frame.count : Int.random(in: 0...frame.count, using: &random)
            let link = links.randomElement(using: &random) ?? .ethernet
            tap.wait(.milliseconds(Int.random(in: -500...2_000, using: &random)))
            tap.receive(Array(frame.prefix(kept)), link: link, originalLength: frame.count)
        }
    }
    tap.finish()
    #expect(tap.book.opened.map(\.number).sorted() == tap.book.closed.map(\.number).sorted())
    #expect(tap.book.begun.keys.sorted() == tap.book.ended.map(\.number).sorted())
}

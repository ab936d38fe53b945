// TCP in IP in IP, in GRE, VXLAN and Geneve.

import Testing
import Traffic

@testable import Wire

private let outer = Flow(
    source: Endpoint(address: IPAddress(ipv4: 0x0909_0901), port: 5_555),
    destination: Endpoint(address: IPAddress(ipv4: 0x0909_0902), port: 4_789)
)
private let inner = Frames.ipv4(Flow(source: Frames.client, destination: Frames.server), [7, 8, 9])

private func unwrap(_ packet: [UInt8]) throws -> Datagram? {
    try Datagram.read(packet.span.bytes, at: 0, originalLength: packet.count).carryingTCP(
        in: packet.span.bytes
    )
}

/// A UDP header of 8 bytes and its payload.
private func udp(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] {
    Frames.big(5_555 as UInt16) + Frames.big(port) + Frames.big(UInt16(payload.count + 8)) + [0, 0] + payload
}

private let vxlan: [UInt8] = [0x08, 0, 0, 0, 0, 0x01, 0x02, 0]
/// Two words of options.
private let geneve: [UInt8] = [0x02, 0, 0x65, 0x58, 0, 0x01, 0x02, 0] + [UInt8](repeating: 0, count: 8)

@Test(
    arguments: [
        ("4in4", Frames.ipv4(outer, inner, transport: 4)),
        ("4in6", Frames.ipv6(inner, next: 4)),
        ("4in6 behind destination options", Frames.ipv6([4, 0, 0, 0, 0, 0, 0, 0] + inner, next: 60)),
        ("4in4in4", Frames.ipv4(outer, Frames.ipv4(outer, inner, transport: 4), transport: 4)),
        ("GRE", Frames.ipv4(outer, [0, 0, 0x08, 0x00] + inner, transport: 47)),
        (
            "GRE with all fields",
            Frames.ipv4(
                outer,
                [0xB0, 0, 0x08, 0x00] + [UInt8](repeating: 0, count: 12) + inner,
                transport: 47
            )
        ),
        ("Ethernet in GRE", Frames.ipv4(outer, [0, 0, 0x65, 0x58] + Frames.ethernet(inner), transport: 47)),
        ("VXLAN", Frames.ipv4(outer, udp(4_789, vxlan + Frames.ethernet(inner)), transport: 17)),
        ("Geneve", Frames.ipv4(outer, udp(6_081, geneve + Frames.ethernet(inner)), transport: 17)),
    ] as [(String, [UInt8])]
)
func `finds TCP in a tunnel`(name: String, packet: [UInt8]) throws {
    let datagram = try #require(try unwrap(packet), "\(name)")
    #expect(datagram.source == Frames.client.address)
    #expect(datagram.payload == packet.count - 3..<packet.count)
    #expect(datagram.payloadLength == 3)
    for length in 0..<packet.count {
        let cut = try? unwrap(Array(packet.prefix(length)))
        #expect((cut?.payload.upperBound ?? 0) <= length, "\(name), \(length) bytes")
    }
}

@Test func `finds IPv6 in IPv4`() throws {
    let datagram = try #require(try unwrap(Frames.ipv4(outer, Frames.ipv6([1, 2]), transport: 41)))
    #expect(!datagram.source.isIPv4)
    #expect(datagram.payload == 60..<62)
}

@Test func `keeps the networks of a VXLAN apart`() throws {
    let packet = Frames.ipv4(outer, udp(4_789, vxlan + Frames.ethernet(inner)), transport: 17)
    #expect(try unwrap(packet)?.vlan == 0x102)
}

@Test(
    arguments: [
        Frames.ipv4(outer, udp(53, [UInt8](repeating: 0, count: 40)), transport: 17),
        Frames.ipv4(outer, udp(4_789, [UInt8](repeating: 0, count: 40)), transport: 17),
        Frames.ipv4(outer, [0x40, 0, 0x08, 0x00] + inner, transport: 47),
        Frames.ipv4(outer, [1, 2, 3, 4], transport: 1), Frames.ipv6([1, 2, 3, 4], next: 58),
    ]
)
func `leaves other protocols alone`(packet: [UInt8]) throws {
    #expect(try unwrap(packet) == nil)
}

@Test func `gives tunnels without end up`() {
    var packet = inner
    for _ in 0..<20 { packet = Frames.ipv4(outer, packet, transport: 4) }
    #expect(throws: WireError.self) { try unwrap(packet) }
}

@Test func `joins the fragments of a tunnel before it looks inside`() {
    let tap = Tap()
    let flow = Flow(source: Frames.client, destination: Frames.server)
    let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    let whole = Frames.ipv4(flow, Frames.tcp(flow, sequence: 1, payload: request))
    let (first, rest) = (Array(whole.prefix(32)), Array(whole.dropFirst(32)))
    tap.receive(Frames.ethernet(Frames.ipv4(outer, rest, fragment: 4, transport: 4)))
    tap.receive(Frames.ethernet(Frames.ipv4(outer, first, fragment: 0x2000, transport: 4)))
    tap.finish()
    #expect(tap.book.begun.values.map(\.client) == [Frames.client])
    #expect(tap.losses.undecodablePackets == 0)
}

@Test func `counts the fragments whose others never came`() {
    let tap = Tap()
    let flow = Flow(source: Frames.client, destination: Frames.server)
    tap.receive(Frames.ethernet(Frames.ipv4(flow, [UInt8](repeating: 0, count: 24), fragment: 0x2000)))
    #expect(tap.losses.undecodablePackets == 0)
    tap.finish()
    #expect(tap.losses.undecodablePackets == 1)
}

@Test func `reads jumbograms by their option, and none that is too short`() throws {
    // Hop-by-hop with a jumbo payload option (RFC 2675 §2), then TCP.
    func jumbo(_ length: UInt32) -> [UInt8] {
        Frames.ipv6([6, 0, 0xC2, 4] + Frames.big(length) + [1, 2, 3, 0, 0], next: 0, length: 0)
    }
    let datagram = try Datagram.read(jumbo(11).span.bytes, at: 0, originalLength: 90)
    #expect(datagram.payload == 48..<51)
    #expect(datagram.payloadLength == 3)
    let large = try Datagram.read(jumbo(70_008).span.bytes, at: 0, originalLength: 70_048)
    #expect(large.payload == 48..<53)
    #expect(large.payloadLength == 70_000)
}

@Test func `steps over an authentication header`() throws {
    let header: [UInt8] = [6, 4] + [UInt8](repeating: 0, count: 22)
    let datagram = try Datagram.read(
        Frames.ipv6(header + [1, 2], next: 51).span.bytes,
        at: 0,
        originalLength: 66
    )
    #expect(datagram.transport == 6)
    #expect(datagram.payload == 64..<66)
}

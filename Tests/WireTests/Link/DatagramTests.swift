// IP headers, honest and lying.

import Testing
import Traffic

@testable import Wire

private let flow = Flow(source: Frames.client, destination: Frames.server)

private func read(_ bytes: [UInt8], originalLength: Int? = nil) throws -> Datagram {
    try Datagram.read(bytes.span.bytes, at: 0, originalLength: originalLength ?? bytes.count)
}

@Test func `reads an IPv4 header`() throws {
    let datagram = try read(Frames.ipv4(flow, [1, 2, 3]))
    #expect(datagram.source == Frames.client.address)
    #expect(datagram.destination == Frames.server.address)
    #expect(datagram.transport == 6)
    #expect(datagram.payload == 20..<23)
    #expect(datagram.fragment == nil)
}

@Test func `keeps link padding out of the payload`() throws {
    let datagram = try read(Frames.ipv4(flow, [1, 2, 3]) + [0, 0, 0, 0])
    #expect(datagram.payload == 20..<23)
    #expect(datagram.payloadLength == 3)
}

@Test func `takes the captured length where segmentation was offloaded`() throws {
    let datagram = try read(Frames.ipv4(flow, [1, 2, 3], totalLength: 0))
    #expect(datagram.payload == 20..<23)
    #expect(datagram.payloadLength == 3)
}

@Test func `tells what was captured from what was sent`() throws {
    let datagram = try read(Frames.ipv4(flow, [1, 2, 3], totalLength: 1_020))
    #expect(datagram.payload == 20..<23)
    #expect(datagram.payloadLength == 1_000)
}

@Test func `steps over IPv4 options`() throws {
    var bytes = Frames.ipv4(flow, [0, 0, 0, 0, 9])
    bytes[0] = 0x46
    #expect(try read(bytes).payload == 24..<25)
}

@Test(arguments: 0..<5)
func `refuses an IPv4 header shorter than one can be`(words: UInt8) {
    var bytes = Frames.ipv4(flow, [1])
    bytes[0] = 0x40 | words
    #expect(throws: WireError.malformed(at: 0)) { try read(bytes) }
}

@Test func `refuses a total length shorter than the header`() {
    #expect(throws: WireError.malformed(at: 0)) { try read(Frames.ipv4(flow, [1], totalLength: 19)) }
}

@Test func `refuses other IP versions`() {
    #expect(throws: WireError.malformed(at: 0)) { try read([0x50] + [UInt8](repeating: 0, count: 60)) }
}

@Test func `throws on every cut of a header and never traps`() {
    let whole = Frames.ipv4(flow, [])
    for count in 0..<whole.count {
        #expect(throws: WireError.self) { try read(Array(whole.prefix(count))) }
    }
    let longer = Frames.ipv6([])
    for count in 0..<longer.count {
        #expect(throws: WireError.self) { try read(Array(longer.prefix(count))) }
    }
}

@Test func `reads IPv6 behind a chain of extension headers`() throws {
    // Hop-by-hop (8 bytes), routing (16 bytes), destination options (8 bytes), TCP.
    let chain: [UInt8] =
        [43, 0, 0, 0, 0, 0, 0, 0] + [60, 1] + [UInt8](repeating: 0, count: 14) + [6, 0, 0, 0, 0, 0, 0, 0]
    let datagram = try read(Frames.ipv6(chain + [1, 2], next: 0))
    #expect(datagram.transport == 6)
    #expect(datagram.payload == 72..<74)
    #expect(datagram.payloadLength == 2)
}

@Test func `takes the captured length of an IPv6 jumbogram`() throws {
    #expect(try read(Frames.ipv6([1, 2, 3], length: 0)).payload == 40..<43)
}

@Test func `refuses an extension header that runs past the packet`() {
    #expect(throws: WireError.self) { try read(Frames.ipv6([6, 200, 0, 0, 0, 0, 0, 0, 1], next: 60)) }
}

@Test func `reads fragments of both versions`() throws {
    // More fragments, offset 3 * 8.
    let old = try read(Frames.ipv4(flow, [1], fragment: 0x2003, identification: 9))
    #expect(old.fragment == Datagram.Fragment(identification: 9, offset: 24, isLast: false))
    // Fragment header: next TCP, offset 8, last, id 5.
    let new = try read(Frames.ipv6([6, 0, 0, 8, 0, 0, 0, 5, 1, 2], next: 44))
    #expect(new.fragment == Datagram.Fragment(identification: 5, offset: 8, isLast: true))
    #expect(new.payload == 48..<50)
}

@Test func `takes an atomic fragment for the whole datagram that it is`() throws {
    let datagram = try read(Frames.ipv6([6, 0, 0, 0, 0, 0, 0, 5, 1, 2], next: 44))
    #expect(datagram.fragment == nil)
    #expect(datagram.transport == 6)
    #expect(datagram.payload == 48..<50)
}

@Test func `does not count a don't-fragment bit as a fragment`() throws {
    #expect(try read(Frames.ipv4(flow, [1], fragment: 0x4000)).fragment == nil)
}

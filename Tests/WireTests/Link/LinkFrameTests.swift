// Where the IP packet lies, for every link type.

import Testing
import Traffic

@testable import Wire

private func read(_ bytes: [UInt8], _ link: LinkType) throws -> LinkFrame? {
    try LinkFrame.read(bytes.span.bytes, link: link)
}

@Test func `finds IPv4 and IPv6 behind an Ethernet header`() throws {
    #expect(try read(Frames.ethernet([0x45]), .ethernet) == LinkFrame(offset: 14))
    #expect(try read(Frames.ethernet([0x60], type: [0x86, 0xDD]), .ethernet) == LinkFrame(offset: 14))
}

@Test func `leaves ARP alone without calling it a fault`() throws {
    #expect(try read(Frames.ethernet([0], type: [0x08, 0x06]), .ethernet) == nil)
}

@Test func `steps over stacked VLAN tags and remembers their ids`() throws {
    // 802.1ad 0x123 with priority bits, 802.1Q 0x456, IPv4.
    let tags: [UInt8] = [0x88, 0xA8, 0xE1, 0x23, 0x81, 0x00, 0x04, 0x56, 0x08, 0x00]
    let frame = try read(Frames.ethernet([0x45], type: tags), .ethernet)
    #expect(frame == LinkFrame(offset: 22, vlan: 0x123456))
}

@Test func `finds IP behind LLC and SNAP`() throws {
    let snap: [UInt8] = [0x00, 0x28, 0xAA, 0xAA, 0x03, 0, 0, 0, 0x08, 0x00]
    #expect(try read(Frames.ethernet([0x45], type: snap), .ethernet) == LinkFrame(offset: 22))
    #expect(try read(Frames.ethernet([0], type: [0x00, 0x10, 0x42, 0x42, 0x03]), .ethernet) == nil)
}

@Test func `reads the protocol of both Linux cooked headers`() throws {
    let version1 = [UInt8](repeating: 0, count: 14) + [0x08, 0x00]
    #expect(try read(version1, .linuxCooked) == LinkFrame(offset: 16))
    let version2: [UInt8] = [0x86, 0xDD] + [UInt8](repeating: 0, count: 18)
    #expect(try read(version2, .linuxCooked2) == LinkFrame(offset: 20))
}

@Test(arguments: [[2, 0, 0, 0], [0, 0, 0, 2], [24, 0, 0, 0], [0, 0, 0, 30], [10, 0, 0, 0]] as [[UInt8]])
func `reads the loopback address family in both byte orders`(family: [UInt8]) throws {
    #expect(try read(family + [0x45], .null) == LinkFrame(offset: 4))
    #expect(try read(family + [0x45], .loop) == LinkFrame(offset: 4))
}

@Test func `ignores other families on a loopback`() throws {
    #expect(try read([7, 0, 0, 0, 0x45], .null) == nil)
}

@Test(arguments: [LinkType.raw, .ipv4, .ipv6])
func `has no header to step over on raw links`(link: LinkType) throws {
    #expect(try read([0x45], link) == LinkFrame(offset: 0))
}

@Test func `refuses link types that it does not read`() {
    #expect(throws: WireError.unsupportedLink) { try read([1, 2, 3], LinkType(rawValue: 220)) }
}

@Test(arguments: [LinkType.ethernet, .linuxCooked, .linuxCooked2, .null, .loop])
func `says that a header is cut`(link: LinkType) {
    #expect(throws: WireError.self) { try read([0x81], link) }
}

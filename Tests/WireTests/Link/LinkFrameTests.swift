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

/// Frames that hold an IPv4 header's first byte, each with its place.
private let nested: [(String, LinkType, [UInt8])] = [
    ("MPLS, one label", .ethernet, Frames.ethernet([0, 1, 1, 64], type: [0x88, 0x47])),
    (
        "MPLS, three labels", .ethernet,
        Frames.ethernet([0, 1, 0, 64, 0, 2, 0, 64, 0, 3, 1, 64], type: [0x88, 0x48])
    ),
    (
        "Ethernet over MPLS", .ethernet,
        Frames.ethernet([0, 1, 1, 64, 0, 0, 0, 0] + Frames.ethernet([]), type: [0x88, 0x47])
    ),
    ("PPPoE", .ethernet, Frames.ethernet([0x11, 0, 0, 5, 0, 30, 0x00, 0x21], type: [0x88, 0x64])),
    (
        "PPPoE in a VLAN", .ethernet,
        Frames.ethernet([0, 0, 0x88, 0x64, 0x11, 0, 0, 5, 0, 30, 0x00, 0x21], type: [0x81, 0x00])
    ),
    ("PPPoE without Ethernet", .pppoe, [0x11, 0, 0, 5, 0, 30, 0x00, 0x21]),
    ("VN-tag", .ethernet, Frames.ethernet([0, 1, 0, 2, 0x08, 0x00], type: [0x89, 0x26])),
    ("E-tag", .ethernet, Frames.ethernet([0, 1, 0, 2, 0, 3, 0x08, 0x00], type: [0x89, 0x3F])),
    ("802.1ah", .ethernet, Frames.ethernet([0, 0, 0, 1] + Frames.ethernet([]), type: [0x88, 0xE7])),
    ("LLC without SNAP", .ethernet, Frames.ethernet([6, 6, 3], type: [0x00, 0x20])),
    ("802.1H", .ethernet, Frames.ethernet([0xAA, 0xAA, 3, 0, 0, 0xF8, 0x08, 0x00], type: [0x00, 0x20])),
    ("PPP", .ppp, [0x00, 0x21]),
    ("PPP, protocol compressed", .ppp, [0x21]),
    ("PPP in HDLC", .ppp, [0xFF, 0x03, 0x00, 0x21]),
    ("PPP on an HDLC link", .pppHDLC, [0xFF, 0x03, 0x00, 0x21]),
    ("Cisco on an HDLC link", .pppHDLC, [0x0F, 0x00, 0x08, 0x00]),
    ("MPLS in PPP", .ppp, [0x02, 0x81, 0, 1, 1, 64]),
    ("PPP with a direction", .pppWithDirection, [1, 0xFF, 0x03, 0x00, 0x21]),
    ("pppd's PPP", .pppDaemon, [0, 3, 0x00, 0x21]),
    ("C-HDLC", .ciscoHDLC, [0x8F, 0x00, 0x08, 0x00]),
    ("a VLAN in C-HDLC", .ciscoHDLC, [0x0F, 0x00, 0x81, 0x00, 0x00, 0x00, 0x08, 0x00]),
    ("FDDI", .fddi, [0x50] + [UInt8](repeating: 2, count: 12) + [0xAA, 0xAA, 3, 0, 0, 0, 0x08, 0x00]),
    (
        "cooked v1, LLC", .linuxCooked,
        [UInt8](repeating: 0, count: 14) + [0, 4, 0xAA, 0xAA, 3, 0, 0, 0, 8, 0]
    ),
    ("cooked v2, VLAN", .linuxCooked2, [0x81, 0] + [UInt8](repeating: 0, count: 18) + [0, 0, 8, 0]),
    ("PKTAP", .packetTap, [16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 9, 9, 9] + Frames.ethernet([])),
    ("PKTAP, raw", .packetTap, [12, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0]),
    ("NFLOG", .netfilterLog, [2, 0, 0, 0, 5, 0, 1, 0, 7, 0, 0, 0, 5, 0, 9, 0]),
    ("802.11", .wireless, [0x08, 0x01] + [UInt8](repeating: 0, count: 22) + [0xAA, 0xAA, 3, 0, 0, 0, 8, 0]),
    (
        "802.11 between access points, QoS and HT", .wireless,
        [0x88, 0x83] + [UInt8](repeating: 0, count: 34) + [0xAA, 0xAA, 3, 0, 0, 0, 8, 0]
    ),
    (
        "radiotap, padded", .radiotap,
        // Time, flags (padding), and a second word of presence bits.
        [0, 0, 25, 0, 0x03, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [0x20]
            + [0x88, 0x01] + [UInt8](repeating: 0, count: 26) + [0xAA, 0xAA, 3, 0, 0, 0, 8, 0]
    ),
]

@Test(arguments: nested)
func `finds IP behind every kind of header`(name: String, link: LinkType, header: [UInt8]) throws {
    #expect(try read(header + [0x45], link)?.offset == header.count, "\(name)")
}

@Test(arguments: nested)
func `throws on every cut of a header and never finds IP in it`(name: String, link: LinkType, header: [UInt8])
{
    for length in 0..<header.count {
        let found = try? read(Array(header.prefix(length)), link)
        #expect((found?.offset ?? header.count) >= length, "\(name), \(length) bytes")
    }
}

@Test(
    arguments: [
        (.ethernet, Frames.ethernet([0, 0, 0, 0], type: [0x88, 0xCC])),
        (.ethernet, Frames.ethernet([0x11, 9, 0, 0, 0, 4, 0, 0], type: [0x88, 0x64])),
        (.ethernet, Frames.ethernet([0, 1, 1, 64, 0x90], type: [0x88, 0x47])),
        (.ethernet, Frames.ethernet([0xAA, 0xAA, 3, 0, 0, 12, 8, 0, 0x45], type: [0x00, 0x20])),
        (.ppp, [0xC0, 0x21, 1, 1]),
        (.linuxCooked, [0, 0, 0x03, 0x38] + [UInt8](repeating: 0, count: 10) + [8, 0, 0x45]),
        (.fddi, [UInt8](repeating: 0, count: 30)), (.wireless, [0x80, 0, 0, 0]),
        (.wireless, [0x48, 1, 0, 0]),
        (.ciscoHDLC, [0x0F, 0, 0x80, 0x35, 0, 0]),
    ] as [(LinkType, [UInt8])]
)
func `leaves what carries no IP alone without calling it a fault`(link: LinkType, bytes: [UInt8]) throws {
    #expect(try read(bytes, link) == nil)
}

@Test(
    arguments: [
        (.ppp, [0x00, 0x2D, 1, 2]), (.ppp, [0x00, 0xFD, 1, 2]), (.wireless, [0x08, 0x41, 0, 0]),
        (.wireless, [0x88, 0x01] + [UInt8](repeating: 0, count: 22) + [0x80, 0]),
    ] as [(LinkType, [UInt8])]
)
func `counts what is compressed, encrypted or aggregated as not read`(link: LinkType, bytes: [UInt8]) {
    #expect(throws: WireError.unsupportedLink) { try read(bytes, link) }
}

@Test func `gives headers without end up`() {
    let tags = Array(repeatElement([0x81, 0x00, 0, 1] as [UInt8], count: 500).joined())
    #expect(throws: WireError.self) { try read([UInt8](repeating: 2, count: 12) + tags, .ethernet) }
    let labels = Array(repeatElement([0, 1, 0, 64] as [UInt8], count: 500).joined())
    #expect(throws: WireError.self) { try read(Frames.ethernet(labels, type: [0x88, 0x47]), .ethernet) }
}

@Test func `says of every link type whether it is read`() {
    for number in 0..<400 as Range<Int32> {
        let link = LinkType(rawValue: number)
        var isRefused = false
        do {
            _ = try read([UInt8](repeating: 0, count: 64), link)
        } catch {
            isRefused = error as? WireError == .unsupportedLink
        }
        #expect(link.isReadable == !isRefused, "\(number)")
    }
}

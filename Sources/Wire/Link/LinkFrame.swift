// Finds the IP packet in a captured frame. LINKTYPE registry of tcpdump.org; what each header holds, in LinkWalk.

import Traffic

/// Where the network layer begins in a frame.
struct LinkFrame: Hashable {
    /// Offset of the IP header.
    var offset: Int
    /// All VLAN ids, 12 bits each, innermost lowest: the same addresses in two VLANs are two connections.
    var vlan: UInt64 = 0

    /// Reads the link header.
    ///
    /// - Returns: Where the IP packet lies; `nil` when the frame carries something else (ARP, …), which is no fault.
    /// - Throws: `.truncated` inside a link header, `.malformed` for endless nesting, `.unsupportedLink` for link
    ///   types and compressed or encrypted payloads that are not read.
    static func read(_ bytes: RawSpan, link: LinkType) throws(WireError) -> LinkFrame? {
        switch link {
        case .ethernet:
            try bytes.require(14, at: 0)
            return try LinkWalk(type: bytes.uint16(at: 12), offset: 14).network(bytes)
        case .raw, .ipv4, .ipv6: return LinkFrame(offset: 0)
        case .linuxCooked: return try cooked(bytes, type: 14, hardware: 2, length: 16)
        case .linuxCooked2: return try cooked(bytes, type: 0, hardware: 8, length: 20)
        case .null, .loop: return try loopback(bytes)
        default: return try rare(bytes, link)
        }
    }

    private static func rare(_ bytes: RawSpan, _ link: LinkType) throws(WireError) -> LinkFrame? {
        switch link {
        case .ppp, .pppHDLC: return try LinkWalk.ppp(bytes, at: 0).network(bytes)
        // One byte for the direction, before PPP or in place of its address field.
        case .pppWithDirection: return try LinkWalk.ppp(bytes, at: 1).network(bytes)
        case .pppDaemon: return try LinkWalk.ppp(bytes, at: 2).network(bytes)
        case .pppoe: return try LinkWalk(type: LinkWalk.pppoeSession, offset: 0).network(bytes)
        case .ciscoHDLC:
            try bytes.require(4, at: 0)
            return try LinkWalk(type: bytes.uint16(at: 2), offset: 4).network(bytes)
        case .fddi:
            try bytes.require(13, at: 0)
            // Frame control 01LL….: an LLC frame. ANSI X3.139 §7.3.3
            guard bytes.byte(at: 0) & 0xC0 == 0x40 else { return nil }
            return try LinkWalk(type: LinkWalk.logicalLink, offset: 13).network(bytes)
        case .wireless: return try LinkWalk.wireless(bytes, at: 0)?.network(bytes)
        case .radiotap: return try LinkWalk.radiotap(bytes)?.network(bytes)
        case .packetTap: return try packetTap(bytes)
        case .netfilterLog: return try netfilterLog(bytes)
        default: throw .unsupportedLink
        }
    }

    /// A Linux cooked header: where its protocol and its hardware type lie, and its length.
    private static func cooked(
        _ bytes: RawSpan,
        type: Int,
        hardware: Int,
        length: Int
    ) throws(WireError) -> LinkFrame? {
        try bytes.require(length, at: 0)
        // ARPHRD_NETLINK: the protocol is a netlink family, no EtherType.
        guard bytes.uint16(at: hardware) != 824 else { return nil }
        return try LinkWalk(type: bytes.uint16(at: type), offset: length).network(bytes)
    }

    /// Four bytes of address family, in the byte order of whoever wrote the capture (`null`) or network order (`loop`).
    private static func loopback(_ bytes: RawSpan) throws(WireError) -> LinkFrame? {
        try bytes.require(4, at: 0)
        let family = bytes.uint32(at: 0)
        switch family > 0xFFFF ? family.byteSwapped : family {
        // AF_INET everywhere; AF_INET6 of Linux, NetBSD/OpenBSD, FreeBSD, macOS.
        case 2, 10, 24, 28, 30: return LinkFrame(offset: 4)
        default: return nil
        }
    }

    /// Apple's PKTAP: a header, little-endian, that names the link type of what follows.
    private static func packetTap(_ bytes: RawSpan) throws(WireError) -> LinkFrame? {
        try bytes.require(12, at: 0)
        let length = Int(bytes.uint32(at: 0).byteSwapped)
        try bytes.require(length, at: 0)
        let number = Int32(truncatingIfNeeded: bytes.uint32(at: 8).byteSwapped)
        // The number is a DLT_ one, of which raw IP has two.
        let link: LinkType = number == 12 || number == 14 ? .raw : LinkType(rawValue: number)
        guard length >= 12, link != .packetTap else { throw .malformed(at: 0) }
        guard var frame = try read(bytes.extracting(length..<bytes.byteCount), link: link) else { return nil }
        frame.offset += length
        return frame
    }

    /// Linux's NFLOG: type-length-value fields, of which one is the packet from its IP header on.
    private static func netfilterLog(_ bytes: RawSpan) throws(WireError) -> LinkFrame? {
        var offset = 4
        while true {
            try bytes.require(4, at: offset)
            // In the byte order of the machine that captured, which is little-endian nearly everywhere.
            let length = Int(bytes.uint16(at: offset).byteSwapped)
            guard length >= 4 else { throw .malformed(at: offset) }
            if bytes.uint16(at: offset + 2).byteSwapped == 9 { return LinkFrame(offset: offset + 4) }
            offset += (length + 3) & ~3
        }
    }
}

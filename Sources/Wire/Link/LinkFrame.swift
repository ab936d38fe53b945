// Finds the IP packet in a captured frame. IEEE 802.3, 802.1Q, 802.1ad; LINKTYPE registry of tcpdump.org.

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
    /// - Throws: `.truncated` inside a link header, `.unsupportedLink` for link types that are not read.
    static func read(_ bytes: RawSpan, link: LinkType) throws(WireError) -> LinkFrame? {
        switch link {
        case .ethernet: return try tagged(bytes, typeOffset: 12)
        case .linuxCooked: return try tagged(bytes, typeOffset: 14)
        case .linuxCooked2:
            try bytes.require(20, at: 0)
            return isIP(bytes.uint16(at: 0)) ? LinkFrame(offset: 20) : nil
        case .null, .loop: return try loopback(bytes)
        case .raw, .ipv4, .ipv6: return LinkFrame(offset: 0)
        default: throw .unsupportedLink
        }
    }

    /// Steps over VLAN tags from an EtherType on.
    private static func tagged(_ bytes: RawSpan, typeOffset: Int) throws(WireError) -> LinkFrame? {
        var offset = typeOffset
        var vlan: UInt64 = 0
        while true {
            try bytes.require(2, at: offset)
            let type = bytes.uint16(at: offset)
            if isIP(type) { return LinkFrame(offset: offset + 2, vlan: vlan) }
            if type <= 1_500 { return subnetwork(bytes, at: offset + 2, vlan: vlan) }
            guard isTag(type) else { return nil }
            try bytes.require(4, at: offset)
            vlan = vlan << 12 | UInt64(bytes.uint16(at: offset + 2) & 0xFFF)
            offset += 4
        }
    }

    /// An IEEE 802.3 frame: IP behind LLC and SNAP (RFC 1042).
    private static func subnetwork(
        _ bytes: RawSpan,
        at offset: Int,
        vlan: UInt64
    ) -> LinkFrame? {
        guard bytes.byteCount >= offset + 8, bytes.uint32(at: offset) == 0xAAAA_0300 else { return nil }
        return isIP(bytes.uint16(at: offset + 6)) ? LinkFrame(offset: offset + 8, vlan: vlan) : nil
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

    private static func isIP(_ etherType: UInt16) -> Bool { etherType == 0x0800 || etherType == 0x86DD }

    /// 802.1Q, 802.1ad, and the two that were used before it.
    private static func isTag(_ etherType: UInt16) -> Bool {
        switch etherType {
        case 0x8100, 0x88A8, 0x9100, 0x9200: true
        default: false
        }
    }
}

// What a capture says about one packet, beside its bytes.

/// One captured packet's facts; the bytes travel beside it as a `RawSpan` or an array.
public struct PacketHeader: Hashable, Sendable {
    /// When the packet was captured.
    public var at: Timestamp
    /// How the bytes begin.
    public var linkType: LinkType
    /// Bytes the packet had on the wire; more than were captured when the snap length cut it.
    public var originalLength: Int

    /// Describes one packet.
    public init(at: Timestamp, linkType: LinkType, originalLength: Int) {
        self.at = at
        self.linkType = linkType
        self.originalLength = originalLength
    }
}

/// A link-layer header type, numbered as in the tcpdump LINKTYPE registry (`LINKTYPE_…`, not `DLT_…`).
public struct LinkType: RawRepresentable, Hashable, Sendable {
    /// The registry's number.
    public var rawValue: Int32

    /// Wraps a number of the registry; unknown ones are kept and counted as undecodable.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// BSD loopback: 4 bytes of address family in host order.
    public static let null = LinkType(rawValue: 0)
    /// Ethernet II.
    public static let ethernet = LinkType(rawValue: 1)
    /// PPP, behind HDLC's address and control fields or without them.
    public static let ppp = LinkType(rawValue: 9)
    /// FDDI.
    public static let fddi = LinkType(rawValue: 10)
    /// PPP or Cisco's protocol behind HDLC's address and control fields.
    public static let pppHDLC = LinkType(rawValue: 50)
    /// PPPoE session frames without Ethernet.
    public static let pppoe = LinkType(rawValue: 51)
    /// Raw IPv4 or IPv6, told apart by the first nibble.
    public static let raw = LinkType(rawValue: 101)
    /// Cisco's HDLC.
    public static let ciscoHDLC = LinkType(rawValue: 104)
    /// IEEE 802.11.
    public static let wireless = LinkType(rawValue: 105)
    /// OpenBSD loopback: 4 bytes of address family in network order.
    public static let loop = LinkType(rawValue: 108)
    /// Linux cooked capture v1.
    public static let linuxCooked = LinkType(rawValue: 113)
    /// IEEE 802.11 behind a radiotap header.
    public static let radiotap = LinkType(rawValue: 127)
    /// PPP as Linux's pppd captures it, the direction in place of the address field.
    public static let pppDaemon = LinkType(rawValue: 166)
    /// PPP behind a byte that tells the direction.
    public static let pppWithDirection = LinkType(rawValue: 204)
    /// Raw IPv4.
    public static let ipv4 = LinkType(rawValue: 228)
    /// Raw IPv6.
    public static let ipv6 = LinkType(rawValue: 229)
    /// Packets that Linux's netfilter logged (NFLOG).
    public static let netfilterLog = LinkType(rawValue: 239)
    /// Apple's PKTAP, which names the link type of each packet.
    public static let packetTap = LinkType(rawValue: 258)
    /// Linux cooked capture v2.
    public static let linuxCooked2 = LinkType(rawValue: 276)
}

// The link types that Wire reads.

public import Traffic

extension LinkType {
    /// Whether packets of this link type are read; those of all others are counted as undecodable.
    public var isReadable: Bool {
        switch self {
        case .null, .ethernet, .ppp, .fddi, .pppHDLC, .pppoe, .raw, .ciscoHDLC, .wireless, .loop,
            .linuxCooked,
            .radiotap, .pppDaemon, .pppWithDirection, .ipv4, .ipv6, .netfilterLog, .packetTap, .linuxCooked2:
            true
        default: false
        }
    }
}

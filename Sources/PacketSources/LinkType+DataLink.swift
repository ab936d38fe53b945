// libpcap speaks DLT_ numbers, files and Traffic speak LINKTYPE_ numbers. Both differ for raw IP only, of what we read.

import CPcap
public import Traffic

extension LinkType {
    /// `DLT_RAW` of Linux (12) and of OpenBSD (14); the file format's number is 101.
    private static let rawDataLinks: [Int32] = [12, 14]

    /// Maps a number of pcap_datalink(3PCAP) to the registry's.
    init(dataLink: Int32) {
        self = Self.rawDataLinks.contains(dataLink) ? .raw : LinkType(rawValue: dataLink)
    }

    /// The number that libpcap on Linux has for this link type.
    var dataLink: Int32 {
        self == .raw ? Self.rawDataLinks[0] : rawValue
    }

    /// libpcap's name for it, such as `USB_LINUX`; `nil` for a number that is not in its list.
    public var name: String? {
        unsafe pcap_datalink_val_to_name(dataLink).map { unsafe String(cString: $0) }
    }
}

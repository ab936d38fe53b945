// libpcap speaks DLT_ numbers, files and Traffic speak LINKTYPE_ numbers. Both differ for raw IP only, of what we read.

import Traffic

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
}

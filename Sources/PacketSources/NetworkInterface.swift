// The interfaces that libpcap can see.

import CPcap

/// An interface of this machine that can be captured from.
public struct NetworkInterface: Hashable, Sendable {
    /// Its name, as `--interface` takes it.
    public let name: String
    /// Whether it is the loopback interface, where every packet passes twice.
    public let isLoopback: Bool

    /// Lists all interfaces, in libpcap's order. pcap_findalldevs(3PCAP)
    ///
    /// - Throws: `.captureFailed`. An empty list is not an error.
    public static func all() throws(PacketSourceError) -> [NetworkInterface] {
        var first: UnsafeMutablePointer<pcap_if_t>?
        let (status, text) = unsafe withPcapErrorText { unsafe pcap_findalldevs(&first, $0) }
        guard status == 0 else {
            throw PacketSourceError(
                .captureFailed,
                "The network interfaces cannot be listed; try `ip link`.",
                cause: text
            )
        }
        defer { unsafe pcap_freealldevs(first) }
        var found: [NetworkInterface] = []
        var next = unsafe first
        while let entry = unsafe next {
            unsafe found.append(NetworkInterface(entry.pointee))
            unsafe next = entry.pointee.next
        }
        return found
    }

    private init(_ entry: pcap_if_t) {
        name = unsafe String(cString: entry.name)
        isLoopback = unsafe entry.flags & UInt32(PCAP_IF_LOOPBACK) != 0
    }
}

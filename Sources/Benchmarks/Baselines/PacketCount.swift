// What libpcap alone takes to read a capture: pcap_next_ex(3PCAP) to the end, nothing decoded.

import CPcap

/// Packets and bytes of a capture, as libpcap gives them.
struct PacketCount: Codable {
    private(set) var packets = 0
    private(set) var bytes = 0

    /// Reads a capture file to its end.
    init(ofFile path: String) throws {
        var reason = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = unsafe pcap_open_offline(path, &reason) else {
            throw ToolError("libpcap cannot read \(path).")
        }
        defer { unsafe pcap_close(handle) }
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        while unsafe pcap_next_ex(handle, &header, &bytes) == 1 {
            guard let header = unsafe header else { break }
            packets += 1
            self.bytes += unsafe Int(header.pointee.caplen)
        }
    }
}

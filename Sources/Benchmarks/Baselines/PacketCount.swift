// What a reader alone takes to read a capture to the end, nothing decoded.

import CPcap
import PacketSources

/// Packets and bytes of a capture, as a reader gives them.
struct PacketCount: Codable, Hashable {
    /// Who reads.
    enum Reader: String, CaseIterable {
        /// pcap_next_ex(3PCAP)
        case libpcap
        /// Our own, which leaves classic pcap to libpcap and reads pcapng itself.
        case otatape
    }

    private(set) var packets = 0
    private(set) var bytes = 0

    /// Reads a capture file to its end.
    init(ofFile path: String, by reader: Reader = .libpcap) throws {
        switch reader {
        case .libpcap: try readWithLibpcap(path)
        case .otatape: try readWithPacketSources(path)
        }
    }

    private mutating func readWithLibpcap(_ path: String) throws {
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

    private mutating func readWithPacketSources(_ path: String) throws {
        var file = try CaptureFile(path: path)
        var count = self
        while try file.next({ _, bytes in
            count.packets += 1
            count.bytes += bytes.byteCount
        }) {}
        self = count
    }
}

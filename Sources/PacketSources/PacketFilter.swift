// A compiled pcap-filter(7) expression for packets that did not come through libpcap.

import CPcap
import Traffic

/// A filter program for one link type, freed with the last reference.
@safe
final class PacketFilter {
    /// The longest packet that filters reach into, in bytes.
    private static let snapLength: Int32 = 262_144

    /// `nil` for a link type that the expression cannot be compiled for: no packet of it matches.
    private var program: bpf_program?

    /// Compiles the expression. pcap_open_dead(3PCAP)
    init(_ text: String, for linkType: LinkType) {
        unsafe program = unsafe try? Self.dead(linkType).compile(text)
    }

    deinit {
        guard var program = unsafe program else { return }
        unsafe pcap_freecode(&program)
    }

    /// Throws what is wrong with an expression, as compiled for Ethernet.
    static func check(_ text: String) throws(PacketSourceError) {
        var program = unsafe try dead(.ethernet).compile(text)
        unsafe pcap_freecode(&program)
    }

    /// Whether the filter lets a packet through.
    ///
    /// pcap_offline_filter(3PCAP)
    func matches(_ bytes: RawSpan, originalLength: Int) -> Bool {
        guard var program = unsafe program else { return false }
        var record = pcap_pkthdr()
        record.caplen = UInt32(clamping: bytes.byteCount)
        record.len = UInt32(clamping: originalLength)
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe pcap_offline_filter(
                &program,
                &record,
                buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            ) != 0
        }
    }

    /// A handle for compiling only.
    private static func dead(_ linkType: LinkType) -> PcapHandle {
        guard let pointer = unsafe pcap_open_dead(linkType.dataLink, snapLength) else {
            preconditionFailure("pcap_open_dead fails only without memory")
        }
        return unsafe PcapHandle(owning: pointer)
    }
}

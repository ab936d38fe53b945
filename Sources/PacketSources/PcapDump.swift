// The owner of one `pcap_dumper_t` and of the `pcap_t` that names its format.

import CPcap
import Glibc
import Traffic

/// One savefile of libpcap being written, closed when it goes out of scope.
@safe
struct PcapDump: ~Copyable {
    private let format: PcapHandle
    private let pointer: OpaquePointer

    /// Writes the file's head to `descriptor` and owns it from then on, also when this throws.
    init(
        descriptor: Int32,
        linkType: LinkType,
        snapLength: Int,
        path: String
    ) throws(PacketSourceError) {
        let length = Int32(clamping: snapLength)
        let nanoseconds = UInt32(PCAP_TSTAMP_PRECISION_NANO)
        guard let stream = unsafe fdopen(descriptor, "wb"),
            let dead = unsafe pcap_open_dead_with_tstamp_precision(linkType.dataLink, length, nanoseconds)
        else { preconditionFailure("fdopen and pcap_open_dead fail only without memory") }
        format = unsafe PcapHandle(owning: dead)
        guard let dumper = unsafe pcap_dump_fopen(dead, stream) else {
            unsafe fclose(stream)
            throw PacketSourceError(
                .unsupportedLinkType,
                "Captures of link type \(linkType.rawValue) cannot be written to '\(path)'; capture on another "
                    + "interface, or read without writing.",
                cause: format.lastError
            )
        }
        unsafe pointer = unsafe dumper
    }

    deinit {
        unsafe pcap_dump_close(pointer)
    }

    /// pcap_dump(3PCAP); failures show in ``hasFailed``.
    func append(_ header: PacketHeader, _ bytes: RawSpan) {
        let (seconds, nanoseconds) = header.at.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let borrow = nanoseconds < 0 ? 1 : 0
        var record = pcap_pkthdr()
        record.ts.tv_sec = Int(seconds) - borrow
        record.ts.tv_usec = Int(nanoseconds) + borrow * 1_000_000_000
        record.caplen = UInt32(clamping: bytes.byteCount)
        record.len = UInt32(clamping: header.originalLength)
        unsafe bytes.withUnsafeBytes { buffer in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe pcap_dump(
                UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self),
                &record,
                start
            )
        }
    }

    /// Whether a write has failed; pcap_dump(3PCAP) itself cannot say so.
    var hasFailed: Bool {
        unsafe ferror(pcap_dump_file(pointer)) != 0
    }

    /// pcap_dump_flush(3PCAP).
    func flush() -> Bool {
        unsafe pcap_dump_flush(pointer) == 0
    }
}

// The owner of one `pcap_t`, and the only place that turns libpcap's texts into Swift strings.

import CPcap
import Traffic

/// One open capture of libpcap, closed when it goes out of scope.
@safe
struct PcapHandle: ~Copyable {
    /// The handle itself; never escapes the target.
    let pointer: OpaquePointer
    /// What the handle's stream reads into, until it is closed.
    private let buffer: UnsafeMutablePointer<CChar>?

    /// Takes over a handle that libpcap opened, and the memory that its stream reads into, where that is ours.
    init(owning pointer: OpaquePointer, readingInto buffer: UnsafeMutablePointer<CChar>? = nil) {
        unsafe self.pointer = unsafe pointer
        unsafe self.buffer = unsafe buffer
    }

    deinit {
        unsafe pcap_close(pointer)
        unsafe buffer?.deallocate()
    }

    /// What libpcap said last about this handle. pcap_geterr(3PCAP)
    var lastError: String {
        unsafe pcap_geterr(pointer).map { unsafe String(cString: $0) } ?? ""
    }

    /// The registry's number of the link type. pcap_datalink(3PCAP)
    var linkType: LinkType {
        LinkType(dataLink: unsafe pcap_datalink(pointer))
    }

    /// Compiles a filter, for the caller to free. pcap_compile(3PCAP)
    func compile(_ filter: String) throws(PacketSourceError) -> bpf_program {
        var program = unsafe bpf_program()
        guard unsafe pcap_compile(pointer, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
            throw PacketSourceError(
                .badFilter,
                "The filter '\(filter)' is not understood; write it as in `man pcap-filter`, "
                    + "for example 'tcp port 1883'.",
                cause: lastError
            )
        }
        return unsafe program
    }

    /// Compiles `filter` and lets only matching packets through. pcap_setfilter(3PCAP)
    func setFilter(_ filter: String) throws(PacketSourceError) {
        var program = unsafe try compile(filter)
        defer { unsafe pcap_freecode(&program) }
        guard unsafe pcap_setfilter(pointer, &program) == 0 else {
            throw PacketSourceError(
                .badFilter,
                "The filter '\(filter)' cannot be installed; try a shorter one.",
                cause: lastError
            )
        }
    }
}

extension PacketHeader {
    /// Reads libpcap's record header, whose microsecond field holds nanoseconds at the precision we ask for.
    init(_ record: pcap_pkthdr, linkType: LinkType) {
        self.init(
            at: Timestamp(seconds: Int64(record.ts.tv_sec), nanoseconds: Int64(record.ts.tv_usec)),
            linkType: linkType,
            originalLength: Int(record.len)
        )
    }
}

/// Calls a function of libpcap that fills an error buffer; returns its result and the buffer's text.
func withPcapErrorText<Result>(
    _ body: (UnsafeMutablePointer<CChar>) -> Result
) -> (result: Result, text: String) {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PCAP_ERRBUF_SIZE)) { buffer in
        unsafe buffer.initialize(repeating: 0)
        guard let start = buffer.baseAddress else { preconditionFailure("the error buffer has a size") }
        let result = unsafe body(start)
        return unsafe (result, String(cString: start))
    }
}

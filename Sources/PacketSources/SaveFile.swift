// Classic pcap files, read by libpcap.

import CPcap
import Glibc
import Traffic

/// A classic pcap file: one link type, microseconds or nanoseconds, either byte order.
@safe
struct SaveFile: ~Copyable {
    /// Bytes read from the file at a time.
    private static let bufferBytes = 256 << 10
    /// Bytes of the file's head. draft-ietf-opsawg-pcap §4
    private static let headBytes = 24
    /// Where the head states the snap length.
    private static let snapLength = 16..<20

    private let handle: PcapHandle
    private let input: CaptureInput
    private var isAtEnd = false
    let linkType: LinkType
    private(set) var isCut = false
    private(set) var recordCount = 0

    /// Reads the file's head.
    ///
    /// pcap_fopen_offline_with_tstamp_precision(3PCAP)
    static func opening(
        _ input: consuming CaptureInput,
        filter: String?
    ) throws(PacketSourceError) -> SaveFile {
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: bufferBytes)
        guard let stream = unsafe stream(input, buffer) else {
            unsafe buffer.deallocate()
            throw .unopened(input.path, errno)
        }
        let (pointer, text) = unsafe withPcapErrorText { unsafe open(stream, $0) }
        guard let pointer = unsafe pointer else {
            unsafe fclose(stream)
            unsafe buffer.deallocate()
            try input.finish(after: 0)
            throw .notACapture(input.path, cause: text)
        }
        let handle = unsafe PcapHandle(owning: pointer, readingInto: buffer)
        if let filter { try handle.setFilter(filter) }
        return SaveFile(handle, input)
    }

    private init(_ handle: consuming PcapHandle, _ input: consuming CaptureInput) {
        linkType = handle.linkType
        self.handle = handle
        self.input = input
    }

    /// See ``CaptureFile/next(_:)``.
    mutating func next(_ body: (PacketHeader, RawSpan) -> Void) throws(PacketSourceError) -> Bool {
        guard !isAtEnd else { return false }
        var record: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        let status = unsafe pcap_next_ex(handle.pointer, &record, &bytes)
        if status == 1, let header = unsafe record?.pointee {
            recordCount += 1
            let captured = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(header.caplen))
            body(PacketHeader(header, linkType: linkType), unsafe captured.bytes)
            return true
        }
        isAtEnd = true
        // sf-pcap.c begins every message about a short read so, and no other message.
        isCut = status != PCAP_ERROR_BREAK && handle.lastError.hasPrefix("truncated")
        if status == PCAP_ERROR_BREAK || isCut {
            try input.finish(after: recordCount)
            return false
        }
        throw .damaged(input.path, after: recordCount, cause: handle.lastError)
    }

    private static func open(
        _ file: UnsafeMutablePointer<FILE>,
        _ errorText: UnsafeMutablePointer<CChar>
    ) -> OpaquePointer? {
        unsafe pcap_fopen_offline_with_tstamp_precision(file, UInt32(PCAP_TSTAMP_PRECISION_NANO), errorText)
    }

    /// The input as a C stream, its head pushed back; glibc keeps a backup area for more than one byte.
    private static func stream(
        _ input: borrowing CaptureInput,
        _ buffer: UnsafeMutablePointer<CChar>
    ) -> UnsafeMutablePointer<FILE>? {
        let head = head(of: input)
        guard let stream = unsafe fdopen(fcntl(input.number, F_DUPFD_CLOEXEC, 3), "rb") else { return nil }
        // glibc takes the size only together with the memory.
        unsafe setvbuf(stream, buffer, _IOFBF, bufferBytes)
        for byte in head.reversed() where unsafe ungetc(Int32(byte), stream) == EOF {
            preconditionFailure("glibc pushes back more than one byte")
        }
        return unsafe stream
    }

    /// The file's head with the largest snap length there is, or what there is of a head.
    ///
    /// libpcap cuts records that are longer than the head's snap length; they are there, and tshark reads them whole.
    private static func head(of input: borrowing CaptureInput) -> [UInt8] {
        var head = input.magic + [UInt8](repeating: 0, count: headBytes - input.magic.count)
        var count = input.magic.count
        while count < headBytes {
            let more = input.read(into: &head, from: count)
            guard more > 0 else { return Array(head.prefix(count)) }
            count += more
        }
        for offset in snapLength { head[offset] = .max }
        return head
    }
}

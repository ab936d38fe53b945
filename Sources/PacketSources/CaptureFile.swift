// Reads capture files: pcap and pcapng, any byte order, nanoseconds kept.

import CPcap
import Glibc
public import Traffic

/// A capture file being read, record by record.
///
/// pcap and pcapng are told apart by their first bytes; microsecond files are scaled to nanoseconds. A record that is
/// cut off by the end of the file is not an error: reading stops there and ``isCut`` says so.
public struct CaptureFile: ~Copyable {
    /// How the packets begin; one value for a whole file.
    public let linkType: LinkType
    /// Whether the file ended in the middle of a record.
    ///
    /// Settled once ``next(_:)`` has returned `false`.
    public private(set) var isCut = false
    /// Records delivered so far.
    public private(set) var recordCount = 0

    private let path: String
    private let handle: PcapHandle

    /// Opens a capture file; `-` is standard input.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - filter: Delivers only packets that match this pcap-filter(7) expression; `nil` delivers all.
    /// - Throws: `.fileMissing`, `.fileUnusable`, `.notACapture`, `.mixedInterfaces`, `.badFilter`. A file without
    ///   records is not an error.
    public init(path: String, filter: String? = nil) throws(PacketSourceError) {
        let handle = try Self.open(path)
        if let filter { try handle.setFilter(filter) }
        self.linkType = handle.linkType
        self.path = path
        self.handle = handle
    }

    /// Calls `body` with the next record; the bytes are valid during the call only.
    ///
    /// - Returns: `false` at the end of the file, where `body` is not called.
    /// - Throws: `.damaged` where the bytes stop being records, `.mixedInterfaces` where a pcapng file goes on with
    ///   another kind of interface; what came before has been delivered.
    public mutating func next(_ body: (PacketHeader, RawSpan) -> Void) throws(PacketSourceError) -> Bool {
        guard !isCut else { return false }
        var record: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        switch unsafe pcap_next_ex(handle.pointer, &record, &bytes) {
        case 1:
            guard let header = unsafe record?.pointee else { return false }
            recordCount += 1
            let captured = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(header.caplen))
            body(PacketHeader(header, linkType: linkType), unsafe captured.bytes)
            return true
        case PCAP_ERROR_BREAK:
            return false
        default:
            return try endOfRecords(saying: handle.lastError)
        }
    }

    /// Tells a file that was cut from one that is damaged.
    private mutating func endOfRecords(saying text: String) throws(PacketSourceError) -> Bool {
        // sf-pcap.c and sf-pcapng.c begin every message about a short read so, and no other message.
        guard text.hasPrefix("truncated") else {
            throw Self.unreadable(path, saying: text, otherwise: .damaged, after: recordCount)
        }
        isCut = true
        return false
    }
}

// MARK: - Opening

extension CaptureFile {
    /// pcap_fopen_offline_with_tstamp_precision(3PCAP); the file is opened here so that errno can be read.
    private static func open(_ path: String) throws(PacketSourceError) -> PcapHandle {
        let file = unsafe path == "-" ? fdopen(dup(STDIN_FILENO), "rb") : fopen(path, "rb")
        guard let file = unsafe file else {
            let number = errno
            throw PacketSourceError(
                number == ENOENT ? .fileMissing : .fileUnusable,
                "The capture file '\(path)' cannot be opened; check its name and who may read it.",
                cause: unsafe String(cString: strerror(number))
            )
        }
        let (pointer, text) = unsafe withPcapErrorText { unsafe openStream(file, $0) }
        guard let pointer = unsafe pointer else {
            unsafe fclose(file)
            throw unreadable(path, saying: text, otherwise: .notACapture, after: 0)
        }
        return unsafe PcapHandle(owning: pointer)
    }

    private static func openStream(
        _ file: UnsafeMutablePointer<FILE>,
        _ errorText: UnsafeMutablePointer<CChar>
    ) -> OpaquePointer? {
        unsafe pcap_fopen_offline_with_tstamp_precision(file, UInt32(PCAP_TSTAMP_PRECISION_NANO), errorText)
    }

    private static func unreadable(
        _ path: String,
        saying text: String,
        otherwise code: PacketSourceError.Code,
        after recordCount: Int
    ) -> PacketSourceError {
        if text.contains("different from the") {
            return PacketSourceError(
                .mixedInterfaces,
                "The capture '\(path)' holds interfaces of different kinds after record \(recordCount), which cannot "
                    + "be read at once. Read them one by one: `tshark -r FILE -Y 'frame.interface_id == 0' -F pcap "
                    + "-w part0.pcap`; if only their snap lengths differ, `editcap -F pcap FILE one.pcap` joins them.",
                cause: text
            )
        }
        guard code == .damaged else {
            return PacketSourceError(
                code,
                "'\(path)' is not a pcap or pcapng capture. Unpack it if it is compressed; convert other formats "
                    + "with `editcap -F pcap FILE out.pcap`.",
                cause: text
            )
        }
        return PacketSourceError(
            code,
            "The capture '\(path)' is damaged after record \(recordCount); the records before are good. "
                + "`editcap FILE out.pcap` keeps those.",
            cause: text
        )
    }
}

// Reads capture files: pcap and pcapng, any byte order, nanoseconds kept, compressed or not.

public import Traffic

/// A capture file being read, record by record.
///
/// pcap, pcapng and their compressions (gzip, zstd) are told apart by their first bytes; all times are scaled to
/// nanoseconds. A record that is cut off by the end of the file is not an error: reading stops there and ``isCut``
/// says so.
public struct CaptureFile: ~Copyable {
    /// Keeps what cannot be copied in an optional that can.
    private final class Holder<Value: ~Copyable> {
        var value: Value

        init(_ value: consuming Value) { self.value = value }
    }

    private let classic: Holder<SaveFile>?
    private let blocks: Holder<PcapngFile>?

    /// Opens a capture file; `-` is standard input.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - filter: Delivers only packets that match this pcap-filter(7) expression; `nil` delivers all.
    /// - Throws: `.fileMissing`, `.fileUnusable`, `.notACapture`, `.damaged`, `.decompressorMissing`, `.badFilter`. A
    ///   file without records is not an error.
    public init(path: String, filter: String? = nil) throws(PacketSourceError) {
        let input = try CaptureInput(path: path)
        if input.magic == PcapngFile.magic {
            blocks = Holder(try PcapngFile.opening(input, filter: filter))
            classic = nil
        } else {
            classic = Holder(try SaveFile.opening(input, filter: filter))
            blocks = nil
        }
    }

    /// How all packets of the file begin; `nil` for pcapng, where every packet says so itself.
    public var linkType: LinkType? { classic?.value.linkType }

    /// Whether the file ended in the middle of a record.
    ///
    /// Settled once ``next(_:)`` has returned `false`.
    public var isCut: Bool { classic?.value.isCut ?? blocks?.value.isCut ?? false }

    /// Records delivered so far.
    public var recordCount: Int { classic?.value.recordCount ?? blocks?.value.recordCount ?? 0 }

    /// What the file holds beside packets, as far as it was read.
    public var contents: CaptureContents {
        guard let contents = blocks?.value.contents else {
            var one = CaptureContents()
            one.interfaces = 1
            return one
        }
        return contents
    }

    /// Calls `body` with the next record; the bytes are valid during the call only.
    ///
    /// - Returns: `false` at the end of the file, where `body` is not called.
    /// - Throws: `.damaged` where the bytes stop being records or the compression fails, `.fileUnusable` where the
    ///   disk does; what came before has been delivered.
    public mutating func next(_ body: (PacketHeader, RawSpan) -> Void) throws(PacketSourceError) -> Bool {
        if let blocks { return try blocks.value.next(body) }
        return try classic?.value.next(body) ?? false
    }
}

// A file of the spool: a head that stands for everything before it, then records.

internal import Digests
internal import Traffic

/// What the head of a segment says, and where the segment lies.
struct SpoolSegment: Sendable {
    private static let magic: [UInt8] = Array("otaspool".utf8)
    private static let version: UInt32 = 1
    /// Magic, version, recording, first position, number of prints.
    private static let fixedLength = 32
    private static let printLength = 6
    private static let suffix = ".segment"

    var path: String
    var recordingID: Int64
    /// How many deliveries came before this segment, over the life of the spool.
    var first: Int64
    /// The prints of the last deliveries under each packet id, up to this segment: each segment can be read alone.
    var prints: TakenPrints
    /// Where the records begin.
    var headLength: Int { Self.fixedLength + prints.count * Self.printLength + 4 }

    /// The path of a segment; names sort by position.
    static func path(in folder: String, first: Int64) -> String {
        let digits = String(first)
        return folder + "/" + String(repeating: "0", count: max(0, 19 - digits.count)) + digits + suffix
    }

    /// Whether a file of that name is a segment.
    static func isSegment(_ name: String) -> Bool { name.hasSuffix(suffix) }

    /// The head's bytes.
    var head: [UInt8] {
        var bytes = Self.magic
        SpoolRecord.append(Self.version, to: &bytes)
        SpoolRecord.append(recordingID, to: &bytes)
        SpoolRecord.append(first, to: &bytes)
        SpoolRecord.append(UInt32(prints.count), to: &bytes)
        prints.forEach { packetID, print in
            SpoolRecord.append(packetID, to: &bytes)
            SpoolRecord.append(print, to: &bytes)
        }
        SpoolRecord.append(CRC32.of(bytes.rawSpan), to: &bytes)
        return bytes
    }
}

extension SpoolSegment {
    /// Reads a segment's head.
    ///
    /// - Returns: `nil` for a file that ends within its head, or is none of ours: nothing in it was ever acknowledged,
    ///   since a segment takes records only when its head is whole.
    init?(reading file: borrowing SpoolFile) throws(SpoolError) {
        var bytes: [UInt8] = []
        try file.read(at: 0, count: Self.fixedLength, into: &bytes)
        guard bytes.count == Self.fixedLength, bytes.starts(with: Self.magic),
            bytes.rawSpan.number(at: 8, as: UInt32.self) == Self.version
        else { return nil }
        let count = Int(bytes.rawSpan.number(at: 28, as: UInt32.self))
        guard count <= TakenPrints.limit else { return nil }
        try file.read(at: Self.fixedLength, count: count * Self.printLength + 4, into: &bytes)
        let end = Self.fixedLength + count * Self.printLength
        guard bytes.count == end + 4,
            CRC32.of(bytes.rawSpan.extracting(0..<end))
                == bytes.rawSpan.number(at: end, as: UInt32.self)
        else { return nil }
        path = file.path
        recordingID = bytes.rawSpan.number(at: 12, as: Int64.self)
        first = bytes.rawSpan.number(at: 20, as: Int64.self)
        prints = TakenPrints()
        for place in stride(from: Self.fixedLength, to: end, by: Self.printLength) {
            let packetID = bytes.rawSpan.number(at: place, as: UInt16.self)
            prints.add(bytes.rawSpan.number(at: place + 2, as: UInt32.self), under: packetID)
        }
    }
}

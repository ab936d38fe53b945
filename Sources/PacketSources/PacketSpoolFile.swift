// The files of a spool of packets: pcap files that every tool reads. draft-ietf-opsawg-pcap §4

import Foundation
import Traffic

/// Where some packets lie on the disk.
struct SpooledPackets: Sendable {
    var segment: PacketSegment
    /// The first byte in the file.
    var offset: Int
    var byteCount: Int
    /// How many packets they are, and how they begin.
    var count: Int
    var linkType: LinkType
    /// The position behind them.
    var end: Int64 { segment.position(of: offset + byteCount) }
}

/// One file of the spool.
///
/// Positions count the bytes of all records that one recording ever spooled, so that they go on from file to file.
struct PacketSegment: Hashable, Sendable {
    /// Bytes of a pcap file's head.
    static let headBytes = 24
    private static let suffix = ".pcap"
    private static let digits = 19

    var folder: String
    var recordingID: Int64
    /// The position of its first record.
    var first: Int64

    /// A segment of a recording.
    init(folder: String, recordingID: Int64, first: Int64) {
        self.folder = folder
        self.recordingID = recordingID
        self.first = first
    }

    /// The segment of that name; `nil` when a segment is not named so.
    init?(_ name: String, in folder: String) {
        let parts = name.dropLast(Self.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard name.hasSuffix(Self.suffix), parts.count == 2, let id = Int64(parts[0]),
            let first = Int64(parts[1])
        else { return nil }
        self.init(folder: folder, recordingID: id, first: first)
    }

    /// Where it is; names sort by position.
    var path: String {
        let number = String(first)
        let zeros = String(repeating: "0", count: max(0, Self.digits - number.count))
        return "\(folder)/\(recordingID)-\(zeros)\(number)\(Self.suffix)"
    }

    /// The position of a byte of the file.
    func position(of offset: Int) -> Int64 { first + Int64(offset - Self.headBytes) }

    /// Makes the file, readable for its owner alone, with a head and nothing else; the folder too, where it is missing.
    ///
    /// - Returns: the open file; `nil` leaves the reason in errno.
    func create(for linkType: LinkType) -> Descriptor? {
        _ = unsafe mkdir(folder, 0o700)
        guard let file = unsafe Descriptor(owning: open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600))
        else { return nil }
        // Nanoseconds, format 2.4, no time zone, the snap length, the link type; in this machine's byte order.
        let head: [UInt32] = [
            0xA1B2_3C4D, 4 << 16 | 2, 0, 0, 262_144, UInt32(truncatingIfNeeded: linkType.rawValue),
        ]
        let status = unsafe file.write(head.span.bytes, at: 0)
        guard status == 0 else {
            remove()
            errno = status
            return nil
        }
        return file
    }

    /// Removes the file.
    func remove() {
        _ = unsafe unlink(path)
    }
}

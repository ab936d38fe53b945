// Reads classic pcap files for tests. https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-03.html

import Foundation
import Traffic

/// A classic capture file in memory; PacketSources has the real reader.
struct CaptureReader {
    private let bytes: [UInt8]
    private let isBigEndian: Bool
    private let nanosecondsPerTick: Int64
    private let linkType: LinkType

    /// Reads a file; `nil` when it is not a classic pcap.
    init?(_ url: URL) throws {
        bytes = [UInt8](try Data(contentsOf: url))
        guard bytes.count >= 24 else { return nil }
        switch Array(bytes[0..<4]) {
        case [0xA1, 0xB2, 0xC3, 0xD4]: (isBigEndian, nanosecondsPerTick) = (true, 1_000)
        case [0xD4, 0xC3, 0xB2, 0xA1]: (isBigEndian, nanosecondsPerTick) = (false, 1_000)
        case [0xA1, 0xB2, 0x3C, 0x4D]: (isBigEndian, nanosecondsPerTick) = (true, 1)
        case [0x4D, 0x3C, 0xB2, 0xA1]: (isBigEndian, nanosecondsPerTick) = (false, 1)
        default: return nil
        }
        let number = Self.number(bytes, at: 20, isBigEndian) & 0x0FFF_FFFF
        // Some writers put DLT_RAW's number (12 or 14) where LINKTYPE_RAW belongs.
        linkType = LinkType(rawValue: number == 12 || number == 14 ? 101 : Int32(number))
    }

    /// Hands each packet on, up to the end of the file or the first record that does not fit.
    func forEach(_ body: (PacketHeader, RawSpan) -> Void) {
        var offset = 24
        while bytes.count - offset >= 16 {
            let fields = (0..<4).map { Self.number(bytes, at: offset + 4 * $0, isBigEndian) }
            let length = Int(fields[2])
            guard length <= bytes.count - offset - 16 else { return }
            let at = Timestamp(
                seconds: Int64(fields[0]),
                nanoseconds: Int64(fields[1]) * nanosecondsPerTick
            )
            let header = PacketHeader(at: at, linkType: linkType, originalLength: Int(fields[3]))
            body(header, bytes.span.bytes.extracting(offset + 16..<offset + 16 + length))
            offset += 16 + length
        }
    }

    private static func number(_ bytes: [UInt8], at offset: Int, _ isBigEndian: Bool) -> UInt32 {
        let parts = bytes[offset..<offset + 4]
        return (isBigEndian ? Array(parts) : parts.reversed()).reduce(0) { $0 << 8 | UInt32($1) }
    }
}

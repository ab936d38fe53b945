// Small capture files, byte by byte. draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng

/// Capture files as seeds: both formats, both byte orders, several kinds of block.
enum CaptureBytes {
    /// A PUBLISH on its way over raw IPv4.
    private static let packet: [UInt8] =
        [0x45, 0, 0, 47, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        + [
            0x9C, 0x40, 0x07, 0x5B, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 0x20, 0, 0, 0, 0, 0, 0x30, 5, 0, 3,
            0x61, 0x2F, 0x62,
        ]

    /// All of them.
    static var all: [[UInt8]] {
        [pcap(isBig: false), pcap(isBig: true), pcapng(isBig: false), pcapng(isBig: true)]
    }

    private static func pcap(isBig: Bool) -> [UInt8] {
        let head = long(0xA1B2_C3D4, isBig) + short(2, isBig) + short(4, isBig) + [0, 0, 0, 0, 0, 0, 0, 0]
        let record = long(1_800_000_000, isBig) + long(7, isBig) + long(47, isBig) + long(60, isBig) + packet
        return head + long(65_535, isBig) + long(101, isBig) + record + record
    }

    private static func pcapng(isBig: Bool) -> [UInt8] {
        let section = block(
            0x0A0D_0D0A,
            long(0x1A2B_3C4D, isBig) + short(1, isBig) + short(0, isBig) + [UInt8](repeating: 0xFF, count: 8),
            isBig
        )
        // Nanoseconds on one interface (if_tsresol 9), microseconds on the other.
        let resolution = short(9, isBig) + short(1, isBig) + [9, 0, 0, 0] + short(0, isBig) + short(0, isBig)
        let first = block(1, short(101, isBig) + short(0, isBig) + long(262_144, isBig) + resolution, isBig)
        let second = block(1, short(228, isBig) + short(0, isBig) + long(0, isBig), isBig)
        let comment =
            short(1, isBig) + short(2, isBig) + [0x68, 0x69, 0, 0] + short(0, isBig) + short(0, isBig)
        let enhanced = block(
            6,
            [0, 1].flatMap { long($0, isBig) } + long(5, isBig) + long(47, isBig) + long(47, isBig) + packet
                + [0] + comment,
            isBig
        )
        let simple = block(3, long(47, isBig) + packet + [0], isBig)
        let statistics = block(5, long(0, isBig) + long(0, isBig) + long(5, isBig), isBig)
        return section + first + enhanced + simple + second + block(0x0B, [1, 2, 3, 4], isBig) + enhanced
            + statistics
    }

    private static func block(_ kind: UInt32, _ body: [UInt8], _ isBig: Bool) -> [UInt8] {
        let length = long(UInt32(body.count + 12), isBig)
        return long(kind, isBig) + length + body + length
    }

    private static func short(_ number: UInt16, _ isBig: Bool) -> [UInt8] {
        let bytes = [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
        return isBig ? bytes : bytes.reversed()
    }

    private static func long(_ number: UInt32, _ isBig: Bool) -> [UInt8] {
        let (high, low) = (
            short(UInt16(number >> 16), isBig), short(UInt16(truncatingIfNeeded: number), isBig)
        )
        return isBig ? high + low : low + high
    }
}

// pcapng files spelled out block by block, in either byte order.

import Foundation

/// Builds blocks in one byte order.
struct PcapngBytes {
    var isBigEndian = false

    /// A number of any width.
    func number(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
    }

    /// A block with both its lengths; its body is padded to four bytes.
    func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: -body.count & 3)
        let length = number(UInt32(padded.count + 12))
        return number(type) + length + padded + length
    }

    /// A section header of unstated length.
    func section(_ options: [UInt8] = [], major: UInt16 = 1) -> [UInt8] {
        block(
            0x0A0D_0D0A,
            number(0x1A2B_3C4D as UInt32) + number(major) + number(0 as UInt16) + number(-1 as Int64)
                + options
        )
    }

    /// An interface description.
    func interface(_ linkType: UInt16 = 1, snapLength: UInt32 = 0, _ options: [UInt8] = []) -> [UInt8] {
        block(1, number(linkType) + number(0 as UInt16) + number(snapLength) + options)
    }

    /// An enhanced packet.
    func packet(
        _ bytes: [UInt8],
        interface: UInt32 = 0,
        ticks: UInt64 = 0,
        captured: UInt32? = nil,
        original: UInt32? = nil,
        _ options: [UInt8] = []
    ) -> [UInt8] {
        let lengths = number(captured ?? UInt32(bytes.count)) + number(original ?? UInt32(bytes.count))
        let time = number(UInt32(truncatingIfNeeded: ticks >> 32)) + number(UInt32(truncatingIfNeeded: ticks))
        let padding = [UInt8](repeating: 0, count: -bytes.count & 3)
        return block(6, number(interface) + time + lengths + bytes + padding + options)
    }

    /// A simple packet.
    func simplePacket(_ bytes: [UInt8], original: UInt32? = nil) -> [UInt8] {
        block(3, number(original ?? UInt32(bytes.count)) + bytes)
    }

    /// An obsolete packet block.
    func obsoletePacket(_ bytes: [UInt8], interface: UInt16 = 0, drops: UInt16 = 0, ticks: UInt32) -> [UInt8]
    {
        let lengths = number(UInt32(bytes.count)) + number(UInt32(bytes.count))
        return block(
            2,
            number(interface) + number(drops) + number(0 as UInt32) + number(ticks) + lengths + bytes
        )
    }

    /// An option, padded.
    func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
        number(code) + number(UInt16(value.count)) + value + [UInt8](repeating: 0, count: -value.count & 3)
    }
}

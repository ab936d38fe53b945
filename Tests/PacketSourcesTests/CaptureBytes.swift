// Capture files spelled out byte by byte, and a reader that keeps everything.

import PacketSources
import Traffic

/// The 24 bytes at the start of a little-endian pcap file.
func fileHead(magic: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1], linkType: UInt8 = 1) -> [UInt8] {
    magic  // microseconds; 4D 3C B2 A1 for nanoseconds
        + [2, 0, 4, 0]  // version 2.4
        + [0, 0, 0, 0, 0, 0, 0, 0]  // time zone and accuracy, always 0
        + [0, 0, 4, 0]  // snap length 262144
        + [linkType, 0, 0, 0]
}

/// One record of a little-endian pcap file.
func record(
    seconds: UInt8,
    fraction: UInt8,
    _ bytes: [UInt8],
    originalLength: UInt8? = nil
) -> [UInt8] {
    [
        seconds, 0, 0, 0, fraction, 0, 0, 0, UInt8(bytes.count), 0, 0, 0,
        originalLength ?? UInt8(bytes.count), 0, 0, 0,
    ]
        + bytes
}

/// A record as the reader handed it on.
struct ReadPacket: Hashable {
    var header: PacketHeader
    var bytes: [UInt8]
}

extension RawSpan {
    /// A copy of the bytes.
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

/// Reads a capture to its end.
func readAll(_ file: consuming CaptureFile) throws -> (packets: [ReadPacket], isCut: Bool) {
    var packets: [ReadPacket] = []
    while try file.next({ packets.append(ReadPacket(header: $0, bytes: $1.array)) }) {}
    return (packets, file.isCut)
}

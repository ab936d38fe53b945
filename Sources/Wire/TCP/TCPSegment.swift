// One TCP segment's header. RFC 9293 §3.1.

import Traffic

/// What a TCP header says, and where its payload lies.
struct TCPSegment: Hashable {
    /// Sender's port.
    var sourcePort: UInt16
    /// Receiver's port.
    var destinationPort: UInt16
    /// Sequence number of the first payload byte, or of the SYN.
    var sequence: UInt32
    /// Next byte that the sender expects from the other side; `nil` without the ACK flag.
    var acknowledgment: UInt32?
    /// First segment of a direction.
    var isSYN: Bool
    /// Last segment of a direction.
    var isFIN: Bool
    /// Reset.
    var isRST: Bool
    /// The payload as captured.
    var payload: Range<Int>
    /// Bytes of payload on the wire.
    var payloadLength: Int

    /// Reads the segment that is a datagram's payload; options are stepped over unread.
    ///
    /// - Parameters:
    ///   - bytes: The captured bytes.
    ///   - range: Where the segment lies in them.
    ///   - length: Its length on the wire.
    /// - Returns: The header's facts.
    /// - Throws: `.truncated` inside the header, `.malformed` for a header shorter than it can be.
    static func read(_ bytes: RawSpan, in range: Range<Int>, length: Int) throws(WireError) -> TCPSegment {
        let start = range.lowerBound
        guard range.count >= 20 else { throw .truncated(needed: 20, at: start) }
        let headerLength = Int(bytes.byte(at: start + 12) >> 4) * 4
        guard headerLength >= 20 else { throw .malformed(at: start + 12) }
        guard headerLength <= range.count else { throw .truncated(needed: headerLength, at: start) }
        let flags = bytes.byte(at: start + 13)
        return TCPSegment(
            sourcePort: bytes.uint16(at: start),
            destinationPort: bytes.uint16(at: start + 2),
            sequence: bytes.uint32(at: start + 4),
            acknowledgment: flags & 0x10 != 0 ? bytes.uint32(at: start + 8) : nil,
            isSYN: flags & 0x02 != 0,
            isFIN: flags & 0x01 != 0,
            isRST: flags & 0x04 != 0,
            payload: start + headerLength..<range.upperBound,
            payloadLength: length - headerLength
        )
    }
}

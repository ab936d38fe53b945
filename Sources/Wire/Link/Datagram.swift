// One IP packet's header. RFC 791 §3.1, RFC 8200 §3 and §4, RFC 2675 §2.

import Traffic

/// What an IP header says, and where its payload lies.
struct Datagram: Hashable {
    /// A piece of a larger datagram.
    struct Fragment: Hashable {
        /// Identification, equal in all pieces.
        var identification: UInt32
        /// Where the piece belongs in the datagram's payload.
        var offset: Int
        /// Whether this is the last piece.
        var isLast: Bool
    }

    /// Sender.
    var source: IPAddress
    /// Receiver.
    var destination: IPAddress
    /// Transport protocol; 6 is TCP.
    var transport: UInt8
    /// The payload as captured; link-layer padding is not in it.
    var payload: Range<Int>
    /// Bytes of payload on the wire; more than `payload` when the snap length cut the packet.
    var payloadLength: Int
    /// Set on pieces of a fragmented datagram.
    var fragment: Fragment?
    /// The VLAN ids around it, as ``LinkFrame/vlan`` has them.
    var vlan: UInt64 = 0

    /// Where the packet ends on the wire, in the frame it lies in.
    var end: Int { payload.lowerBound + payloadLength }

    /// Reads the IP header at an offset; checksums are never judged, since offloading leaves them wrong.
    ///
    /// - Parameters:
    ///   - bytes: The captured frame.
    ///   - offset: Where the IP header begins.
    ///   - originalLength: The frame's length on the wire.
    /// - Returns: The header's facts, with extension headers stepped over.
    /// - Throws: `.truncated` inside a header, `.malformed` for lengths that contradict each other.
    static func read(_ bytes: RawSpan, at offset: Int, originalLength: Int) throws(WireError) -> Datagram {
        try bytes.require(1, at: offset)
        switch bytes.byte(at: offset) >> 4 {
        case 4: return try ipv4(bytes, at: offset, originalLength: originalLength)
        case 6: return try ipv6(bytes, at: offset, originalLength: originalLength)
        default: throw .malformed(at: offset)
        }
    }

    private static func ipv4(_ bytes: RawSpan, at start: Int, originalLength: Int) throws(WireError)
        -> Datagram
    {
        try bytes.require(20, at: start)
        let headerLength = Int(bytes.byte(at: start) & 0x0F) * 4
        // Total length 0: the card was to segment it (TSO), so the frame's length is the packet's.
        let declared = Int(bytes.uint16(at: start + 2))
        let length = declared == 0 ? max(bytes.byteCount, originalLength) - start : declared
        guard headerLength >= 20, length >= headerLength else { throw .malformed(at: start) }
        try bytes.require(headerLength, at: start)
        var datagram = Datagram(
            source: IPAddress(ipv4: bytes.uint32(at: start + 12)),
            destination: IPAddress(ipv4: bytes.uint32(at: start + 16)),
            transport: bytes.byte(at: start + 9),
            payload: start + headerLength..<min(bytes.byteCount, start + length),
            payloadLength: length - headerLength
        )
        let fragmentField = bytes.uint16(at: start + 6)
        if fragmentField & 0x3FFF != 0 {
            datagram.fragment = Fragment(
                identification: UInt32(bytes.uint16(at: start + 4)),
                offset: Int(fragmentField & 0x1FFF) * 8,
                isLast: fragmentField & 0x2000 == 0
            )
        }
        return datagram
    }

    private static func ipv6(_ bytes: RawSpan, at start: Int, originalLength: Int) throws(WireError)
        -> Datagram
    {
        try bytes.require(40, at: start)
        let declared = Int(bytes.uint16(at: start + 4))
        let end =
            declared == 0
            ? jumboEnd(bytes, at: start) ?? max(bytes.byteCount, originalLength) : start + 40 + declared
        var datagram = Datagram(
            source: IPAddress(high: bytes.uint64(at: start + 8), low: bytes.uint64(at: start + 16)),
            destination: IPAddress(high: bytes.uint64(at: start + 24), low: bytes.uint64(at: start + 32)),
            transport: bytes.byte(at: start + 6),
            payload: start + 40..<min(bytes.byteCount, end),
            payloadLength: end - start - 40
        )
        if datagram.transport != 6 { try datagram.skipExtensions(bytes) }
        return datagram
    }

    /// Where a packet of payload length 0 ends: as its jumbo payload option says.
    ///
    /// Without one it was to be segmented by the card (TSO), and the frame's length counts.
    private static func jumboEnd(_ bytes: RawSpan, at start: Int) -> Int? {
        // A hop-by-hop header whose first option is the jumbo payload (0xC2, four bytes).
        guard bytes.byte(at: start + 6) == 0, bytes.byteCount - start >= 48,
            bytes.uint16(at: start + 42) == 0xC204
        else { return nil }
        let length = Int(bytes.uint32(at: start + 44))
        return length >= 8 ? start + 40 + length : nil
    }

    /// Steps over hop-by-hop (0), routing (43), authentication (51), destination options (60), mobility (135), HIP
    /// (139) and Shim6 (140) headers, and reads a fragment header (44).
    private mutating func skipExtensions(_ bytes: RawSpan) throws(WireError) {
        let end = end
        var offset = payload.lowerBound
        while true {
            switch transport {
            case 0, 43, 60, 135, 139, 140:
                try bytes.require(8, at: offset)
                transport = bytes.byte(at: offset)
                offset += (Int(bytes.byte(at: offset + 1)) + 1) * 8
            case 51:
                try bytes.require(8, at: offset)
                transport = bytes.byte(at: offset)
                // In words, not counting two of them. RFC 4302 §2.2
                offset += (Int(bytes.byte(at: offset + 1)) + 2) * 4
            case 44 where fragment == nil:
                try bytes.require(8, at: offset)
                transport = bytes.byte(at: offset)
                readFragment(bytes, at: offset)
                offset += 8
            default:
                guard offset <= payload.upperBound else { throw .truncated(needed: 0, at: offset) }
                payload = offset..<payload.upperBound
                payloadLength = end - offset
                return
            }
            // What follows a fragment header belongs to the whole datagram.
            if fragment != nil, offset <= payload.upperBound {
                payload = offset..<payload.upperBound
                payloadLength = end - offset
                return
            }
        }
    }

    /// An atomic fragment (offset 0, nothing follows) is a whole datagram (RFC 6946).
    private mutating func readFragment(_ bytes: RawSpan, at offset: Int) {
        let field = bytes.uint16(at: offset + 2)
        guard field & 0xFFF9 != 0 else { return }
        fragment = Fragment(
            identification: bytes.uint32(at: offset + 4),
            offset: Int(field & 0xFFF8),
            isLast: field & 1 == 0
        )
    }

    /// The datagram that a fragment is a piece of, all of whose payload is now in `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The joined payload.
    ///   - transport: What its first fragment says it is.
    /// - Returns: The datagram, with extension headers stepped over.
    /// - Throws: `.truncated` for extension headers (RFC 8200 §4.5) that run past the end.
    func joined(_ bytes: RawSpan, transport: UInt8) throws(WireError) -> Datagram {
        var whole = self
        whole.transport = transport
        whole.fragment = nil
        whole.payload = 0..<bytes.byteCount
        whole.payloadLength = bytes.byteCount
        if !source.isIPv4 { try whole.skipExtensions(bytes) }
        return whole
    }
}

// IEEE 802.11 data frames that are not encrypted, with a radiotap header or without. 802.11-2020 §9.2, §9.3.2

extension LinkWalk {
    /// Steps over a radiotap header: radiotap.org, little-endian.
    static func radiotap(_ bytes: RawSpan) throws(WireError) -> LinkWalk? {
        try bytes.require(8, at: 0)
        let length = Int(bytes.uint16(at: 2).byteSwapped)
        guard length >= 8 else { throw .malformed(at: 2) }
        try bytes.require(length, at: 0)
        return try wireless(bytes, at: length, isPadded: isPadded(bytes, length))
    }

    /// Whether the radiotap flags say that the 802.11 header is padded to a multiple of four.
    private static func isPadded(_ bytes: RawSpan, _ length: Int) -> Bool {
        let present = bytes.uint32(at: 4).byteSwapped
        guard present & 2 != 0 else { return false }
        var offset = 8
        var word = present
        // More words of presence bits follow as long as the highest bit is set.
        while word >> 31 == 1 {
            guard offset + 4 <= length else { return false }
            word = bytes.uint32(at: offset).byteSwapped
            offset += 4
        }
        // The time (TSFT) comes first, aligned to its eight bytes.
        if present & 1 != 0 { offset = ((offset + 7) & ~7) + 8 }
        return offset < length && bytes.byte(at: offset) & 0x20 != 0
    }

    /// Reads an 802.11 header; `nil` for what carries no payload.
    ///
    /// - Throws: `.unsupportedLink` for encrypted frames and for several packets in one frame (A-MSDU).
    static func wireless(_ bytes: RawSpan, at start: Int, isPadded: Bool = false) throws(WireError)
        -> LinkWalk?
    {
        try bytes.require(2, at: start)
        let (kind, flags) = (bytes.byte(at: start), bytes.byte(at: start + 1))
        // Data frames (type 2) whose subtype does not say "no data".
        guard kind & 0x0C == 0x08, kind & 0x40 == 0 else { return nil }
        guard flags & 0x40 == 0 else { throw .unsupportedLink }
        // A fourth address between access points.
        var length = flags & 0x03 == 0x03 ? 30 : 24
        if kind & 0x80 != 0 {
            try bytes.require(length + 2, at: start)
            guard bytes.byte(at: start + length) & 0x80 == 0 else { throw .unsupportedLink }
            // QoS control, and HT control where the order bit is set.
            length += flags & 0x80 != 0 ? 6 : 2
        }
        if isPadded { length = (length + 3) & ~3 }
        return LinkWalk(type: logicalLink, offset: start + length)
    }
}

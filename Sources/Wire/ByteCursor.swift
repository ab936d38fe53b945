// Reads a body front to back; every read is checked.

/// A place in captured bytes that moves forward as they are read.
struct ByteCursor: ~Escapable {
    private let bytes: RawSpan
    /// Offset of the next byte to read.
    private(set) var position: Int
    /// Offset behind the last byte that may be read.
    let end: Int

    /// Reads a range of the bytes.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, in range: Range<Int>) {
        self.bytes = bytes
        self.position = range.lowerBound
        self.end = min(range.upperBound, bytes.byteCount)
    }

    /// Bytes left to read.
    var remaining: Int { end - position }

    /// Steps over bytes and says where they lie.
    mutating func skip(_ count: Int) throws(WireError) -> Range<Int> {
        guard remaining >= count else { throw .truncated(needed: count, at: position) }
        position += count
        return position - count..<position
    }

    /// Reads one byte.
    mutating func readUInt8() throws(WireError) -> UInt8 {
        bytes.byte(at: try skip(1).lowerBound)
    }

    /// Reads a big-endian 16-bit number.
    mutating func readUInt16() throws(WireError) -> UInt16 {
        bytes.uint16(at: try skip(2).lowerBound)
    }

    /// Reads bytes that a 16-bit length precedes, and says where they lie (MQTT 3.1.1 §1.5.3).
    mutating func readBlock() throws(WireError) -> Range<Int> {
        try skip(Int(try readUInt16()))
    }

    /// Reads a number of 7 bits a byte, little end first, of at most four bytes and no more than it needs (MQTT 5
    /// §1.5.5).
    mutating func readVariableLength() throws(WireError) -> Int {
        var value = 0
        for shift in stride(from: 0, through: 21, by: 7) {
            let byte = try readUInt8()
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 {
                guard byte > 0 || shift == 0 else { throw .malformed(at: position - 1) }
                return value
            }
        }
        throw .remainingLengthTooLong
    }
}

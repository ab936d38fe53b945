// Numbers in the byte order of whoever wrote a file.

extension RawSpan {
    /// The 16-bit number at an offset.
    @inline(__always)
    func uint16(at offset: Int, isBigEndian: Bool) -> UInt16 {
        // Bounds are checked by the load; every bit pattern is a number.
        let number = unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return isBigEndian ? UInt16(bigEndian: number) : UInt16(littleEndian: number)
    }

    /// The 32-bit number at an offset.
    @inline(__always)
    func uint32(at offset: Int, isBigEndian: Bool) -> UInt32 {
        let number = unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: number) : UInt32(littleEndian: number)
    }

    /// The 64-bit number at an offset.
    func uint64(at offset: Int, isBigEndian: Bool) -> UInt64 {
        let number = unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        return isBigEndian ? UInt64(bigEndian: number) : UInt64(littleEndian: number)
    }
}

// Bounds-checked reads of captured bytes.

extension RawSpan {
    /// The byte at an offset.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        // Bounds are checked by the load; every bit pattern is a valid UInt8.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The big-endian 16-bit number at an offset.
    @inline(__always)
    func uint16(at offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The big-endian 32-bit number at an offset.
    @inline(__always)
    func uint32(at offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The big-endian 64-bit number at an offset.
    @inline(__always)
    func uint64(at offset: Int) -> UInt64 {
        unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Throws unless `count` bytes lie at `offset`.
    func require(_ count: Int, at offset: Int) throws(WireError) {
        guard byteCount - offset >= count else { throw .truncated(needed: count, at: offset) }
    }

    /// Whether the text lies at an offset, byte for byte.
    func holds(_ text: StaticString, at offset: Int) -> Bool {
        guard byteCount - offset >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount
        where unsafe byte(at: offset + index) != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// The first place of a byte in a range.
    func first(_ sought: UInt8, in range: Range<Int>) -> Int? {
        for index in range where byte(at: index) == sought { return index }
        return nil
    }

    /// Whether the bytes are the same as others.
    func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for index in 0..<byteCount where byte(at: index) != other.byte(at: index) { return false }
        return true
    }

    /// The bytes of a range as text; ill-formed UTF-8 is repaired.
    func text(in range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    /// Appends captured bytes.
    mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }

    /// The array's bytes, to be read as captured ones are.
    var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }

    /// A copy of captured bytes.
    init(_ bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}

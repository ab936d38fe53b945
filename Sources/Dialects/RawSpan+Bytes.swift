// Bounds-checked looks at a message's bytes.

extension RawSpan {
    /// The byte at an offset.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        // Bounds are checked by the load; every bit pattern is a valid UInt8.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Eight bytes from an offset, the first in the lowest place.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Four bytes from an offset, the first in the lowest place.
    @inline(__always)
    func half(at offset: Int) -> UInt32 {
        unsafe UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Whether a range holds exactly these bytes.
    @inline(__always)
    func holds(_ bytes: RawSpan, in range: Range<Int>) -> Bool {
        guard range.count == bytes.byteCount else { return false }
        var offset = 0
        while offset + 8 <= bytes.byteCount {
            if word(at: range.lowerBound + offset) != bytes.word(at: offset) { return false }
            offset += 8
        }
        while offset < bytes.byteCount {
            if byte(at: range.lowerBound + offset) != bytes.byte(at: offset) { return false }
            offset += 1
        }
        return true
    }

    /// The bytes of a range as text; ill-formed UTF-8 is repaired.
    func text(in range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    /// The array's bytes, to be read as a message's are.
    var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }

    /// Appends a message's bytes.
    mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}

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
        range.count == bytes.byteCount && holds(bytes, from: 0, upTo: bytes.byteCount, at: range.lowerBound)
    }

    /// Whether the bytes `from..<end` of another span stand at an offset; `false` where either leaves its bounds.
    @inline(__always)
    func holds(_ bytes: RawSpan, from: Int, upTo end: Int, at offset: Int) -> Bool {
        let count = end - from
        guard from >= 0, end <= bytes.byteCount, count >= 0, offset >= 0, count <= byteCount - offset
        else { return false }
        if count >= 8 {
            var step = 0
            while step + 8 <= count {
                if rawWord(at: offset + step) != bytes.rawWord(at: from + step) { return false }
                step += 8
            }
            // The last eight again: some were compared before, none is left out.
            return rawWord(at: offset + count - 8) == bytes.rawWord(at: end - 8)
        }
        if count >= 4 {
            return half(at: offset) == bytes.half(at: from)
                && half(at: offset + count - 4) == bytes.half(at: end - 4)
        }
        for step in 0..<count where byte(at: offset + step) != bytes.byte(at: from + step) { return false }
        return true
    }

    /// Eight bytes that the caller knows to be within bounds.
    @inline(__always)
    private func rawWord(at offset: Int) -> UInt64 {
        // Safety: `holds` has compared both ranges with the bounds; every bit pattern is a valid UInt64.
        unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }

    /// Whether the bytes are well-formed UTF-8.
    var isUTF8: Bool {
        unsafe withUnsafeBytes { bytes in
            unsafe String(validating: bytes, as: UTF8.self) != nil
        }
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

// A window on a file's bytes that moves on, block by block.

import Glibc

/// Bytes of a capture that were read and not yet used.
///
/// It grows by what has really arrived, never by what a length claims.
struct BlockBuffer: ~Copyable {
    /// Bytes held at the beginning; enough for a block of the largest packet that IP knows.
    private static let initialBytes = 256 << 10

    private var bytes: [UInt8]
    private var start = 0
    private var end: Int
    private var isAtEnd = false
    /// errno of a read that failed.
    private(set) var failure: Int32?

    /// A window at the beginning of a file, of which these bytes were read already.
    init(beginningWith first: [UInt8]) {
        bytes = first + [UInt8](repeating: 0, count: Self.initialBytes)
        end = first.count
    }

    /// Bytes that are at hand.
    var count: Int { end - start }

    /// The bytes at hand.
    var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get { unsafe bytes.span.bytes.extracting(start..<end) }
    }

    /// Makes at least `count` bytes be at hand; `false` where the file ends before.
    mutating func fill(_ count: Int, from input: borrowing CaptureInput) -> Bool {
        end - start >= count || refill(count, from: input)
    }

    /// Moves the window on by bytes that are at hand.
    mutating func advance(_ count: Int) {
        start += count
    }

    /// Moves the window on by any number of bytes; `false` where the file ends before.
    mutating func skip(_ count: Int, from input: borrowing CaptureInput) -> Bool {
        var missing = count
        while missing > self.count {
            missing -= self.count
            start = end
            guard refill(1, from: input) else { return false }
        }
        start += missing
        return true
    }

    private mutating func refill(_ count: Int, from input: borrowing CaptureInput) -> Bool {
        if start > 0 {
            unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
            }
            end -= start
            start = 0
        }
        while end < count, !isAtEnd {
            if end == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
            let more = input.read(into: &bytes, from: end)
            if more < 0 { failure = errno }
            isAtEnd = more <= 0
            end += max(0, more)
        }
        return end >= count
    }
}

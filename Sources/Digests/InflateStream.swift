// The one owner of a zlib stream. zlib.h; RFC 1950, 1951, 1952.

import CZlib

/// Inflates one stream of bytes piece by piece.
@safe struct InflateStream: ~Copyable {
    /// What is around the deflated bytes.
    enum Wrapping {
        case gzip, zlib
        /// Nothing (RFC 1951).
        case none

        /// The window of 32 KiB and the wrapping in zlib's notation.
        fileprivate var windowBits: Int32 {
            switch self {
            case .gzip: 15 + 16
            case .zlib: 15
            case .none: -15
            }
        }
    }

    /// How a step went.
    enum Outcome {
        /// More input, or more room for output, is needed.
        case underWay
        /// The stream, or this gzip member, is over; its check value is right.
        case ended
        /// Not such a stream.
        case damaged
    }

    /// zlib keeps the address of its stream and refuses a moved one.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Begins a stream; `nil` when zlib finds no memory.
    init?(_ wrapping: Wrapping) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe self.stream = unsafe stream
        guard unsafe otatape_inflate_init(stream, wrapping.windowBits) == Z_OK else { return nil }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Begins the next gzip member.
    mutating func reset() { unsafe inflateReset(stream) }

    /// Inflates from `input` into `room`.
    ///
    /// - Returns: Bytes used, bytes written, and how it went.
    mutating func inflate(
        _ input: UnsafeRawBufferPointer,
        into room: UnsafeMutableRawBufferPointer
    ) -> (used: Int, written: Int, outcome: Outcome) {
        // zlib counts in 32 bits, and its input is not declared const although it only reads it.
        let offered = UInt32(clamping: input.count)
        let space = UInt32(clamping: room.count)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        unsafe stream.pointee.avail_in = offered
        unsafe stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = space
        let code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        let used = unsafe Int(offered - stream.pointee.avail_in)
        let written = unsafe Int(space - stream.pointee.avail_out)
        switch code {
        // Z_BUF_ERROR: no progress was possible; not an error (zlib.h).
        case Z_OK, Z_BUF_ERROR: return (used, written, .underWay)
        case Z_STREAM_END: return (used, written, .ended)
        default: return (used, written, .damaged)
        }
    }
}

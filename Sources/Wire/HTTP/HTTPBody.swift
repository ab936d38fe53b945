// Finds the body's bytes in a stream. RFC 9112 §6 and §7.1.

/// Follows one message body; bytes are pointed at, never held.
struct HTTPBody: Sendable {
    /// What the next bytes are.
    enum Step: Hashable, Sendable {
        /// Body bytes in the chunk.
        case bytes(Range<Int>)
        /// The body is over.
        case ended
        /// The chunk is used up.
        case needsMore
        /// Not the chunked coding.
        case broken
    }

    private enum State: Hashable, Sendable {
        case counted(Int64)
        case untilClose
        case size(Int64, digits: Int)
        case sizeExtension(Int64)
        case chunk(Int64)
        case chunkEnd
        case trailer(isLineEmpty: Bool)
        case over
    }

    private var state: State

    /// Whether only the close ends it.
    var endsWithClose: Bool { state == .untilClose }

    /// Begins a body of this framing; `isResponse` decides what no framing means.
    init(_ framing: HTTPHead.Framing, isResponse: Bool) {
        state =
            switch framing {
            case .length(let count): .counted(count)
            case .chunked: .size(0, digits: 0)
            case .none: isResponse ? .untilClose : .over
            }
    }

    /// A body of no bytes.
    static var empty: HTTPBody { HTTPBody(.length(0), isResponse: true) }

    /// Finds the next body bytes at `position` and moves behind them.
    mutating func next(in chunk: RawSpan, at position: inout Int) -> Step {
        while true {
            switch state {
            case .counted(0), .over:
                state = .over
                return .ended
            case .counted(let count):
                guard let range = take(count, of: chunk, at: &position) else { return .needsMore }
                state = .counted(count - Int64(range.count))
                return .bytes(range)
            case .untilClose:
                guard let range = take(.max, of: chunk, at: &position) else { return .needsMore }
                return .bytes(range)
            case .chunk(let count) where count > 0:
                guard let range = take(count, of: chunk, at: &position) else { return .needsMore }
                state = .chunk(count - Int64(range.count))
                return .bytes(range)
            default:
                guard position < chunk.byteCount else { return .needsMore }
                guard readFraming(chunk.byte(at: position)) else { return .broken }
                position += 1
            }
        }
    }

    /// Steps over bytes that were never captured.
    ///
    /// - Returns: How many of them belonged to the body, between chunks at most so many, and whether what follows is
    ///   still understood.
    mutating func skipGap(of count: Int64) -> (missing: Int64, isInStep: Bool) {
        switch state {
        case .counted(let rest):
            state = .counted(max(0, rest - count))
            return (min(rest, count), count <= rest)
        case .untilClose: return (count, true)
        case .chunk(let rest) where count <= rest:
            state = .chunk(rest - count)
            return (count, true)
        // The body's bytes have all come; only where the message ends is unknown.
        case .over, .trailer: return (0, false)
        default: return (count, false)
        }
    }

    private func take(_ limit: Int64, of chunk: RawSpan, at position: inout Int) -> Range<Int>? {
        guard position < chunk.byteCount else { return nil }
        let count = Int(min(limit, Int64(chunk.byteCount - position)))
        position += count
        return position - count..<position
    }

    /// Reads one byte between the chunks; `false` when it cannot stand there.
    private mutating func readFraming(_ byte: UInt8) -> Bool {
        switch state {
        case .size(let size, let digits):
            return readSize(byte, size, digits)
        case .sizeExtension(let size):
            if byte == UInt8(ascii: "\n") { begin(size) }
        case .chunk:
            // The line end behind a chunk's bytes; some senders leave the CR out.
            if byte == UInt8(ascii: "\r") {
                state = .chunkEnd
            } else if byte == UInt8(ascii: "\n") {
                state = .size(0, digits: 0)
            } else {
                return false
            }
        case .chunkEnd:
            guard byte == UInt8(ascii: "\n") else { return false }
            state = .size(0, digits: 0)
        case .trailer(let isLineEmpty):
            if byte == UInt8(ascii: "\n") {
                state = isLineEmpty ? .over : .trailer(isLineEmpty: true)
            } else if byte != UInt8(ascii: "\r") {
                state = .trailer(isLineEmpty: false)
            }
        case .counted, .untilClose, .over: break
        }
        return true
    }

    /// One hexadecimal digit of a chunk's size, or what ends it; 15 digits behind leading zeros at most, so that it
    /// cannot overflow.
    private mutating func readSize(_ byte: UInt8, _ size: Int64, _ digits: Int) -> Bool {
        if let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 {
            state = .size(size << 4 | Int64(digit), digits: size == 0 ? 1 : digits + 1)
            return digits < 15
        }
        guard digits > 0 else { return false }
        switch byte {
        case UInt8(ascii: "\n"): begin(size)
        case UInt8(ascii: ";"), UInt8(ascii: "\r"), UInt8(ascii: " "), UInt8(ascii: "\t"):
            state = .sizeExtension(size)
        default: return false
        }
        return true
    }

    private mutating func begin(_ size: Int64) {
        state = size == 0 ? .trailer(isLineEmpty: true) : .chunk(size)
    }
}

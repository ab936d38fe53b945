// Puts one direction of a TCP connection in order. RFC 9293 §3.4; the contract is Zeek's: deliver, undelivered, end.

import Traffic

/// One direction of a TCP connection: segments in any order go in, bytes in stream order come out.
///
/// The usual segment is next in order and is never copied: `place` says which part of it to hand on. Everything else
/// waits in `SparseBytes` until `next` gives it out. Where copies overlap the first one counts, and a copy with other
/// content is told. The assembler never declares a hole lost by itself; `giveUpHole` does, and its owner decides when.
struct StreamAssembler: Sendable {
    /// What becomes readable next.
    enum Delivery: Sendable {
        /// Bytes that follow the ones before.
        case bytes([UInt8], offset: Int64, at: Timestamp)
        /// The direction is over (FIN).
        case end
    }

    /// What became of a segment's bytes.
    struct Placement {
        /// Where the segment begins in the stream.
        var offset: Int64 = 0
        /// How many of its first bytes had been handed on before.
        var repeatedCount = 0
        /// The part that is next in order; the caller must hand it on before it calls `next()`.
        var ready = 0..<0
        /// Whether some of its bytes differ from the copy that already waits.
        var hasConflict = false
    }

    /// Most pieces held, so that tiny segments in random order cannot make insertion slow.
    static let pieceLimit = 8_192
    /// Distance beyond which unacknowledged bytes are not believed at the end of a stream.
    private static let farAhead: Int64 = 16 << 20

    /// Stream offset of the next byte to hand on.
    private(set) var offset: Int64 = 0
    /// Whether the end was handed on.
    private(set) var hasEnded = false
    /// Since when there is a hole without progress; `nil` when there is none.
    private(set) var stalledSince: Timestamp?
    private var initialSequence: UInt32?
    private var nextSequence: UInt32 = 0
    private var finOffset: Int64?
    private var acknowledged: Int64 = 0
    /// What the other side expected next, as long as no byte of the stream was seen.
    private var expectedSequence: UInt32?
    private var waiting = SparseBytes()

    /// Whether a sequence number has been fixed as the stream's first.
    var isAnchored: Bool { initialSequence != nil }
    /// Whether any byte has been handed on or waits.
    var isUntouched: Bool { offset == 0 && waiting.isEmpty }
    /// Whether bytes or the end wait behind a hole.
    var hasHole: Bool { !waiting.isEmpty || (finOffset ?? 0) > offset }
    /// Whether a FIN was seen, perhaps behind a hole.
    var hasSeenEnd: Bool { finOffset != nil }
    /// Memory held.
    var cost: Int { waiting.cost }
    /// Whether the other side has acknowledged bytes behind the hole: they arrived there, only the capture lacks them.
    var isHoleAcknowledged: Bool { hasHole && acknowledged >= holeEnd }
    /// Number of waiting pieces.
    var pieceCount: Int { waiting.count }

    private var holeEnd: Int64 { waiting.first?.start ?? finOffset ?? offset }

    /// Fixes the sequence number of the first byte.
    mutating func start(at sequence: UInt32) {
        initialSequence = sequence
        nextSequence = sequence
    }

    /// Whether a SYN that announces this first byte belongs to the stream as it is.
    func starts(at sequence: UInt32) -> Bool { initialSequence == sequence }

    /// Whether a reset with this sequence number can come from the sender: within a window around the next byte
    /// (RFC 5961 §3.2 wants the exact byte, which a capture with holes cannot know).
    func isPlausible(_ sequence: UInt32) -> Bool {
        !isAnchored || abs(position(of: sequence) - offset) <= Self.farAhead
    }

    /// Whether bytes at this sequence number hold the next one.
    func awaits(_ sequence: UInt32, count: Int) -> Bool {
        guard isAnchored, !hasEnded else { return false }
        let begin = position(of: sequence)
        return begin <= offset && offset < begin + Int64(count)
    }

    /// Goes on at a sequence number without handing anything on: for directions that nobody reads.
    mutating func skip(to sequence: UInt32) {
        clear()
        start(at: sequence)
    }

    /// Takes a segment's bytes.
    mutating func place(_ bytes: RawSpan, sequence: UInt32, at timestamp: Timestamp) -> Placement {
        if initialSequence == nil {
            // A byte that was acknowledged before it came is a keep-alive's, and no content (RFC 9293 §3.8.4).
            if bytes.byteCount == 1, expectedSequence == sequence &+ 1 { return Placement() }
            start(at: sequence)
        }
        let begin = position(of: sequence)
        if begin == offset, waiting.isEmpty, finOffset == nil {
            advance(by: bytes.byteCount, at: timestamp)
            return Placement(offset: begin, ready: 0..<bytes.byteCount)
        }
        return placeOutOfTurn(bytes, at: begin, timestamp)
    }

    /// Bytes that are early or late, or that others wait behind.
    private mutating func placeOutOfTurn(
        _ bytes: RawSpan,
        at begin: Int64,
        _ timestamp: Timestamp
    ) -> Placement {
        var placement = Placement(offset: begin)
        // A keep-alive: the byte before the next one, with any content (RFC 9293 §3.8.4).
        if bytes.byteCount == 1, begin == offset - 1 { return placement }
        placement.repeatedCount = Int(min(max(0, offset - begin), Int64(bytes.byteCount)))
        let end = min(begin + Int64(bytes.byteCount), finOffset ?? .max)
        guard end > offset else { return placement }
        // What lies in order goes on at once, up to the bytes that are there already.
        if begin <= offset {
            let stop = max(offset, min(end, waiting.first?.start ?? end))
            placement.ready = Int(offset - begin)..<Int(stop - begin)
            advance(by: placement.ready.count, at: timestamp)
        }
        let rest = max(begin, offset)
        guard rest < end else { return placement }
        placement.hasConflict = waiting.insert(
            bytes.extracting(Int(rest - begin)..<Int(end - begin)),
            at: rest,
            timestamp: timestamp
        )
        if stalledSince == nil { stalledSince = timestamp }
        return placement
    }

    /// Notes a FIN at a sequence number; the first one counts.
    mutating func placeEnd(sequence: UInt32, at timestamp: Timestamp) {
        if initialSequence == nil { start(at: sequence) }
        let end = position(of: sequence)
        guard finOffset == nil, end >= offset else { return }
        finOffset = end
        waiting.removeAll(from: end)
        if hasHole, stalledSince == nil { stalledSince = timestamp }
    }

    /// Notes how far the other side has acknowledged.
    mutating func acknowledge(_ sequence: UInt32) {
        guard isAnchored else {
            expectedSequence = sequence
            return
        }
        acknowledged = max(acknowledged, position(of: sequence))
    }

    /// Gives out what has become readable; `nil` when nothing more has.
    mutating func next() -> Delivery? {
        guard !waiting.isEmpty || finOffset != nil else { return nil }
        if let first = waiting.first, first.start <= offset, let piece = waiting.popFirst() {
            advance(by: piece.bytes.count, at: piece.at)
            return .bytes(piece.bytes, offset: piece.start, at: piece.at)
        }
        guard !hasEnded, let finOffset, finOffset <= offset else { return nil }
        hasEnded = true
        return .end
    }

    /// Declares the first hole lost.
    ///
    /// - Returns: Its size; `nil` when there is none.
    mutating func giveUpHole() -> Int64? {
        guard hasHole, holeEnd > offset else { return nil }
        let size = holeEnd - offset
        offset += size
        nextSequence &+= UInt32(truncatingIfNeeded: size)
        return size
    }

    /// Begins to wait for the first hole anew, when the capture's clock has jumped back.
    mutating func waitAnew(from now: Timestamp) {
        if stalledSince != nil { stalledSince = now }
    }

    /// Drops waiting bytes that nobody will vouch for: far ahead and never acknowledged, though acknowledgements were
    /// seen (hostile or corrupt sequence numbers).
    ///
    /// - Returns: How many pieces were dropped.
    mutating func dropStrays() -> Int {
        guard acknowledged > 0 else { return 0 }
        let count = waiting.count
        waiting.removeAll(from: max(acknowledged, offset + Self.farAhead))
        return count - waiting.count
    }

    /// Forgets everything that waits.
    mutating func clear() {
        waiting = SparseBytes()
        stalledSince = nil
    }

    private mutating func advance(by count: Int, at timestamp: Timestamp) {
        guard count > 0 else { return }
        offset += Int64(count)
        nextSequence &+= UInt32(truncatingIfNeeded: count)
        stalledSince = hasHole ? timestamp : nil
    }

    /// Unwraps a sequence number into a stream offset: within 2 GiB around the next byte.
    private func position(of sequence: UInt32) -> Int64 {
        offset + Int64(Int32(bitPattern: sequence &- nextSequence))
    }
}

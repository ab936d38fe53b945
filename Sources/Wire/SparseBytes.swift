// Bytes with holes: what arrived before its turn.

import DequeModule
import Traffic

/// Disjoint pieces of a byte stream, ascending; where copies overlap the first one counts.
struct SparseBytes: Sendable {
    /// Bytes that lie together.
    struct Piece: Sendable {
        /// Offset of the first byte in the stream.
        var start: Int64
        /// The bytes.
        var bytes: [UInt8]
        /// When they were captured.
        var at: Timestamp

        /// Offset behind the last byte.
        var end: Int64 { start + Int64(bytes.count) }
    }

    /// What a piece costs beside its bytes.
    private static let pieceOverhead = 64

    private var pieces: Deque<Piece> = []
    /// Memory held, overhead included.
    private(set) var cost = 0

    /// The first piece.
    var first: Piece? { pieces.first }
    /// Number of pieces.
    var count: Int { pieces.count }
    /// Whether nothing is held.
    var isEmpty: Bool { pieces.isEmpty }

    /// Whether the pieces cover everything from 0 to an offset.
    func isContiguous(to end: Int64) -> Bool {
        var covered: Int64 = 0
        for piece in pieces {
            guard piece.start == covered else { return false }
            covered = piece.end
        }
        return covered == end
    }

    /// Keeps those of the bytes that are not there yet.
    ///
    /// - Returns: Whether some of the others differ from what is there.
    @discardableResult
    mutating func insert(_ bytes: RawSpan, at start: Int64, timestamp: Timestamp) -> Bool {
        let end = start + Int64(bytes.byteCount)
        var index = firstIndex(endingBehind: start)
        var cursor = start
        var hasConflict = false
        while cursor < end {
            let obstacle = index < pieces.count ? pieces[index] : nil
            let stop = min(end, obstacle?.start ?? end)
            if let obstacle, !hasConflict { hasConflict = Self.differ(bytes, from: start, obstacle) }
            if cursor < stop {
                let part = bytes.extracting(Int(cursor - start)..<Int(stop - start))
                pieces.insert(Piece(start: cursor, bytes: [UInt8](part), at: timestamp), at: index)
                cost += part.byteCount + Self.pieceOverhead
                index += 1
            }
            cursor = max(stop, obstacle?.end ?? stop)
            index += 1
        }
        return hasConflict
    }

    /// Whether bytes that begin at `start` differ from a piece where both lie.
    private static func differ(_ bytes: RawSpan, from start: Int64, _ piece: Piece) -> Bool {
        let low = max(start, piece.start)
        let high = min(start + Int64(bytes.byteCount), piece.end)
        guard low < high else { return false }
        let ours = bytes.extracting(Int(low - start)..<Int(high - start))
        return !ours.isEqual(
            to: piece.bytes.rawSpan.extracting(Int(low - piece.start)..<Int(high - piece.start))
        )
    }

    /// Takes the first piece out.
    mutating func popFirst() -> Piece? {
        guard let piece = pieces.popFirst() else { return nil }
        cost -= piece.bytes.count + Self.pieceOverhead
        return piece
    }

    /// Drops the pieces that begin at an offset or behind it.
    mutating func removeAll(from offset: Int64) {
        while let last = pieces.last, last.start >= offset {
            cost -= last.bytes.count + Self.pieceOverhead
            pieces.removeLast()
        }
    }

    /// Binary search for the first piece that ends behind an offset.
    private func firstIndex(endingBehind offset: Int64) -> Int {
        // Bytes mostly arrive in order.
        guard let last = pieces.last, last.end > offset else { return pieces.count }
        var low = 0
        var high = pieces.count - 1
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

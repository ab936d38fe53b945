// Walks over the records of one segment.

internal import Traffic

/// Reads a segment piece by piece, from its first record on.
struct SpoolCursor: ~Copyable {
    /// Bytes read at once, unless one record is longer.
    private static let pieceLength = 1 << 20

    let segment: SpoolSegment
    /// The position of the record that is read next.
    private(set) var position: Int64
    private let file: SpoolFile
    private let isChecked: Bool
    private var offset: Int

    /// Stands before the first record; without checks, in a segment that this process wrote.
    init(_ segment: SpoolSegment, isChecked: Bool = true) throws(SpoolError) {
        file = try SpoolFile(reading: segment.path)
        self.isChecked = isChecked
        self.segment = segment
        position = segment.first
        offset = segment.headLength
    }

    /// What a step came to.
    enum Step {
        case records
        /// There is no whole record up to the end.
        case end
        /// What stands there is no record.
        case damaged
    }

    /// Reads the next records before `end`, a byte offset.
    mutating func read(before end: Int, into batch: inout SpooledBatch) throws(SpoolError) -> Step {
        batch.recordingID = segment.recordingID
        var wanted = min(Self.pieceLength, end - offset)
        while wanted > 0 {
            batch.entries.removeAll(keepingCapacity: true)
            batch.bytes.removeAll(keepingCapacity: true)
            try file.read(at: offset, count: wanted, into: &batch.bytes)
            switch parse(&batch) {
            case .whole: return .records
            case .damaged: return .damaged
            case .incomplete(let needed):
                guard needed > batch.bytes.count, offset + needed <= end else { return .end }
                wanted = needed
            }
        }
        return .end
    }

    /// Takes the records out of what was read; `.whole` when there was at least one.
    private mutating func parse(_ batch: inout SpooledBatch) -> Outcome {
        var start = 0
        while true {
            switch SpoolRecord.read(batch.bytes.rawSpan, at: start, isChecked: isChecked) {
            case .whole(let entry, let next):
                batch.entries.append(entry)
                start = next
            case .incomplete(let needed):
                guard start == 0 else { return take(batch.entries.count, start, &batch) }
                return .incomplete(needed: needed)
            case .damaged:
                guard start == 0 else { return take(batch.entries.count, start, &batch) }
                return .damaged
            }
        }
    }

    private enum Outcome {
        case whole
        case incomplete(needed: Int)
        case damaged
    }

    private mutating func take(_ count: Int, _ length: Int, _ batch: inout SpooledBatch) -> Outcome {
        offset += length
        position += Int64(count)
        batch.endPosition = position
        return .whole
    }

    /// Bytes of the file.
    var length: Int { file.length }
}

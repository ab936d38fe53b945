// What a process that was killed left in the spool.

/// The deliveries that were taken, and perhaps acknowledged, and may not be in the store yet.
public struct SpoolRemains: Sendable {
    private let segments: [SpoolSegment]

    /// Looks at what is there and changes nothing.
    ///
    /// A folder that is missing holds nothing.
    public init(folder: String) throws(SpoolError) {
        segments = try SpoolFolder.segments(in: folder)
    }

    /// The recordings whose deliveries are there, the oldest first.
    public var recordingIDs: [Int64] {
        var ids: [Int64] = []
        for segment in segments where !ids.contains(segment.recordingID) { ids.append(segment.recordingID) }
        return ids
    }

    /// Reads one recording's deliveries from a position on.
    ///
    /// A record that is not whole was never acknowledged: what comes after it in its segment does not count.
    public func read(
        of recordingID: Int64,
        from position: Int64,
        _ body: (SpooledBatch) async throws -> Void
    ) async throws {
        var batch = SpooledBatch()
        for segment in segments where segment.recordingID == recordingID {
            var cursor = try SpoolCursor(segment)
            let length = cursor.length
            while case .records = try cursor.read(before: length, into: &batch) {
                let early = batch.endPosition - position
                guard early > 0 else { continue }
                if early < batch.entries.count { batch.entries.removeFirst(batch.entries.count - Int(early)) }
                try await body(batch)
            }
        }
    }

    /// The position behind everything, and the prints of what was taken last.
    func end() throws(SpoolError) -> (position: Int64, prints: TakenPrints) {
        guard let last = segments.last else { return (0, TakenPrints()) }
        var prints = last.prints
        var batch = SpooledBatch()
        var cursor = try SpoolCursor(last)
        let length = cursor.length
        while case .records = try cursor.read(before: length, into: &batch) {
            for entry in batch.entries {
                if let packetID = entry.packetID { prints.add(batch.print(of: entry), under: packetID) }
            }
        }
        return (cursor.position, prints)
    }
}

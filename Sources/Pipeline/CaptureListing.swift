// `inspect`: a capture file as a listing, without a store.

public import Interchange

/// Lists what a capture file holds.
public enum CaptureListing {
    /// Reads the capture at `path` and hands every row to `emit`, in capture order.
    ///
    /// - Returns: what was read and what was lost.
    /// - Throws: `.unreadable` when the file is missing or no capture.
    public static func list(path: String, emit: ([ListingRow]) -> Void) throws(RunError) -> CaptureSummary {
        var reading = try CaptureReading(path: path)
        var collector = ListingCollector()
        var hasMore = true
        while hasMore {
            hasMore = reading.read(1_024, into: &collector)
            emit(collector.take())
        }
        return reading.summary
    }
}

// `inspect`: a capture file as a listing, without a store.

public import Interchange
import Traffic

/// Lists what a capture file holds.
public enum CaptureListing {
    /// Reads the capture at `path` and hands every row to `emit`, in capture order.
    ///
    /// - Parameters:
    ///   - path: A pcap or pcapng file.
    ///   - isHashing: Whether rows say the digests of payloads.
    ///   - limits: How much is remembered.
    ///   - emit: Takes the next rows.
    /// - Returns: what was read and what was lost.
    /// - Throws: `.unreadable` when the file is missing or no capture.
    public static func list(
        path: String,
        isHashing: Bool = true,
        limits: ReadingLimits = ReadingLimits(),
        emit: ([ListingRow]) -> Void
    ) throws(RunError) -> CaptureSummary {
        var reading = try CaptureReading(path: path, limits: limits)
        let losses = withoutActuallyEscaping(emit) { emit in
            var collector = ListingCollector(isHashing: isHashing, limits: limits.meters, emit: emit)
            var hasMore = true
            while hasMore {
                hasMore = reading.read(1_024, into: &collector)
                if !hasMore { reading.finish(into: &collector) }
                collector.handOn()
            }
            return collector.losses
        }
        var summary = reading.summary
        summary.losses.add(losses)
        return summary
    }
}

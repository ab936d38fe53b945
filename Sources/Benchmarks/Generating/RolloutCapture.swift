// Writes the capture of a rollout.

import PacketSources
import Traffic

/// Writes captures; memory does not depend on their size.
enum RolloutCapture {
    /// Most time between two packets of one step.
    private static let longestGap = Duration.microseconds(100)
    /// More than the packets of one device: before the next one starts, all of them fit in.
    private static let packetsPerDevice = 150

    /// Writes the capture of `rollout` to `path`.
    static func write(_ rollout: Rollout, to path: String) throws -> RolloutSummary {
        var writer = try CaptureWriter(path: path, linkType: .ethernet)
        var traffic = try RolloutTraffic(rollout)
        var batch = PacketBatch()
        var clock = Rollout.start
        while let time = try traffic.next(into: &batch) {
            let gap = min(longestGap, rollout.spacing / packetsPerDevice)
            // No packet is earlier than the one before it, of whichever device.
            clock = max(time, clock)
            for frame in batch.frames {
                let header = PacketHeader(at: clock, linkType: .ethernet, originalLength: frame.count)
                try unsafe writer.write(header, batch.bytes.span.extracting(frame).bytes)
                clock = clock.advanced(by: gap)
            }
            batch.removeAll()
        }
        try writer.close()
        return traffic.summary
    }
}

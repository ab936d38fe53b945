// A download's bytes over time as the device told them.

import Dialects
import Sessions
import Traffic

/// Points estimated from progress messages: ascending, bounded, never beyond the image's size.
struct ClaimedCurve {
    private(set) var points: [Transfer.Sample] = []

    /// Reads the progress messages between the acceptance and the end of a session.
    init(of trace: SessionTrace, byteCount: Int64) {
        let session = trace.session
        let origin = session.acceptedAt ?? session.offeredAt ?? session.firstSeenAt
        let progresses = trace.events.filter { $0.kind == .progress }
        // At most `RateCurve.limit` points: of more messages every n-th is taken, and the last.
        let stride = max(1, (progresses.count + RateCurve.limit - 2) / (RateCurve.limit - 1))
        for (index, event) in progresses.enumerated()
        where index % stride == 0 || index == progresses.count - 1 {
            guard let bytes = Self.bytes(claimedBy: event, of: byteCount) else { continue }
            add(Transfer.Sample(offset: event.recordedAt.duration(since: origin), bytes: bytes))
        }
    }

    /// Repeats and regressions say nothing about the rate.
    private mutating func add(_ point: Transfer.Sample) {
        let last = points.last ?? Transfer.Sample(offset: .zero, bytes: 0)
        guard point.bytes > last.bytes, point.offset >= last.offset else { return }
        points.append(point)
    }

    private static func bytes(claimedBy event: UpgradeEvent, of byteCount: Int64) -> Int64? {
        let claimed =
            event.downloadedBytes
            ?? event.percent.map { Int64(saturating: $0 / 100 * Double(byteCount)) }
        return claimed.map { min(max(0, $0), byteCount) }
    }
}

// The wall clock, read once per exchange; everything after that is measured on the monotonic clock.

import Foundation
import Traffic

/// An instant on both clocks.
struct ClockPair: Sendable {
    let wall: Timestamp
    let instant: ContinuousClock.Instant

    /// Both clocks, now.
    static func now() -> ClockPair {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return ClockPair(
            wall: Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec)),
            instant: .now
        )
    }

    /// The wall time of an instant, by its distance on the monotonic clock.
    func timestamp(at other: ContinuousClock.Instant) -> Timestamp {
        wall.advanced(by: other - instant)
    }
}

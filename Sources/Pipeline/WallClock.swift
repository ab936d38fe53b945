// The wall clock, read at the edge only.

import Foundation
import Traffic

extension Timestamp {
    /// The current time of the system's real-time clock.
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}

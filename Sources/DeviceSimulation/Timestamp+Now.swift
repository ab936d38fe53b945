// The wall clock of simulated participants.

import Foundation
import Traffic

extension Timestamp {
    /// The wall clock, now.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}

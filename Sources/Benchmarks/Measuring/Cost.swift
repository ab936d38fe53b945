// What a run cost: time on the wall, time on the processors, memory.

import Glibc

/// The cost of one run.
struct Cost: Codable {
    /// Seconds on the wall clock.
    var wall: Double
    /// Seconds of all processors, in the program and in the kernel for it.
    var processor: Double
    /// The most memory that was resident at once, in bytes; `nil` where it says nothing about the work.
    var peakBytes: Int?
}

extension rusage {
    /// User and system time in seconds. getrusage(2)
    var processorSeconds: Double {
        Double(ru_utime.tv_sec + ru_stime.tv_sec) + Double(ru_utime.tv_usec + ru_stime.tv_usec) / 1e6
    }

    /// The most memory that was resident at once, in bytes. getrusage(2)
    var peakBytes: Int { ru_maxrss * 1_024 }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

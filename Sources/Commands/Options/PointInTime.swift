// Times on the command line.

import ArgumentParser
import Foundation
import Traffic

/// A point in time: a day in UTC such as `2026-05-01`, or ISO 8601 with a zone such as `2026-05-01T12:00:00Z`.
struct PointInTime: ExpressibleByArgument {
    /// The time.
    var time: Timestamp

    /// Reads a time; `nil` for what is none.
    init?(argument: String) {
        let day = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
        guard
            let date = try? argument.contains("T")
                ? Date(argument, strategy: .iso8601) : Date(argument, strategy: day)
        else { return nil }
        time = Timestamp(seconds: Int64(date.timeIntervalSince1970.rounded(.down)))
    }
}

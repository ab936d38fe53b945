// Units that payloads state their numbers in. dialects.md §6, requirement 7.

/// The unit of a field; the event's own units are bytes per second, durations and UTC instants.
enum FieldUnit: String, Hashable, Sendable, CaseIterable {
    case minutes = "min"
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    /// ISO 8601 with a zone; written with microseconds and `Z`, as Python does.
    case iso
    case bytesPerSecond = "B/s"
    case kibibytesPerSecond = "KiB/s"
    case kilobitsPerSecond = "kbit/s"

    /// Nanoseconds in one unit; `nil` for what is no unit of time.
    var nanoseconds: Int64? {
        switch self {
        case .minutes: 60_000_000_000
        case .seconds: 1_000_000_000
        case .milliseconds: 1_000_000
        case .microseconds: 1_000
        default: nil
        }
    }

    /// Bytes per second in one unit; `nil` for what is no rate.
    var bytesPerSecondFactor: Double? {
        switch self {
        case .bytesPerSecond: 1
        case .kibibytesPerSecond: 1_024
        case .kilobitsPerSecond: 125
        default: nil
        }
    }

    /// Whether a field of that type can be stated in this unit.
    func fits(_ type: EventField.ValueType) -> Bool {
        switch type {
        case .duration: nanoseconds != nil
        case .time: nanoseconds != nil || self == .iso
        case .rate: bytesPerSecondFactor != nil
        default: false
        }
    }
}

// Units that payloads state their numbers in. dialects.md §6, requirement 7.

/// The unit of a field; the event's own units are bytes, bytes per second, percent, durations and UTC instants.
enum FieldUnit: String, Hashable, Sendable, CaseIterable {
    case minutes = "min"
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    /// ISO 8601 with a zone; written with microseconds and `Z`, as Python does.
    case iso
    /// ISO 8601; without a zone it is UTC.
    case isoUTC = "iso-utc"
    /// `yyyyMMddTHHmmssZ`.
    case compactISO = "compact-iso"
    /// Since 1970, in the unit that the magnitude tells; written in milliseconds.
    case epoch
    case bytesPerSecond = "B/s"
    case kibibytesPerSecond = "KiB/s"
    case kilobytesPerSecond = "KB/s"
    case megabytesPerSecond = "MB/s"
    case kilobitsPerSecond = "kbit/s"
    case megabitsPerSecond = "Mbit/s"
    case bytes = "B"
    case kilobytes = "KB"
    case kibibytes = "KiB"
    case megabytes = "MB"
    case mebibytes = "MiB"
    case percent
    /// 0…1.
    case fraction
    case permille

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
        case .kilobytesPerSecond: 1_000
        case .megabytesPerSecond: 1_000_000
        case .kilobitsPerSecond: 125
        case .megabitsPerSecond: 125_000
        default: nil
        }
    }

    /// Bytes in one unit; `nil` for what is no size.
    var byteFactor: Double? {
        switch self {
        case .bytes: 1
        case .kilobytes: 1_000
        case .kibibytes: 1_024
        case .megabytes: 1_000_000
        case .mebibytes: 1_048_576
        default: nil
        }
    }

    /// Percent in one unit; `nil` for what is no share.
    var percentFactor: Double? {
        switch self {
        case .percent: 1
        case .fraction: 100
        case .permille: 0.1
        default: nil
        }
    }

    /// What a number in this unit is multiplied by to give the event's own.
    var factor: Double { bytesPerSecondFactor ?? byteFactor ?? percentFactor ?? 1 }

    /// Whether a field of that type can be stated in this unit.
    func fits(_ type: EventField.ValueType) -> Bool {
        switch type {
        case .duration: nanoseconds != nil
        case .time: nanoseconds != nil || [.iso, .isoUTC, .compactISO, .epoch].contains(self)
        case .rate: bytesPerSecondFactor != nil
        case .integer: byteFactor != nil
        case .number: percentFactor != nil
        default: false
        }
    }

    /// Whether a field of that type says nothing without a unit.
    static func isNeeded(by type: EventField.ValueType) -> Bool {
        type == .duration || type == .time || type == .rate
    }
}

// The figures in which one report differs from the next, without the room that optionals take.

internal import Traffic

/// Figures of an event; each is kept beside a bit that says whether the event states it.
struct EventFigures: Hashable, Sendable {
    /// The figures that are stated; the others are zero.
    private struct Stated: OptionSet, Hashable, Sendable {
        let rawValue: UInt8

        static let claimedAt = Stated(rawValue: 1 << 0)
        static let percent = Stated(rawValue: 1 << 1)
        static let downloadedBytes = Stated(rawValue: 1 << 2)
        static let totalBytes = Stated(rawValue: 1 << 3)
        static let bytesPerSecond = Stated(rawValue: 1 << 4)
        static let remaining = Stated(rawValue: 1 << 5)
        static let duration = Stated(rawValue: 1 << 6)
    }

    private var rawClaimedAt = Timestamp(nanoseconds: 0)
    private var rawPercent = 0.0
    private var rawDownloadedBytes = Int64(0)
    private var rawTotalBytes = Int64(0)
    private var rawBytesPerSecond = 0.0
    private var rawRemaining = Duration.zero
    private var rawDuration = Duration.zero
    private var stated: Stated = []

    var claimedAt: Timestamp? {
        get { stated.contains(.claimedAt) ? rawClaimedAt : nil }
        set {
            rawClaimedAt = newValue ?? Timestamp(nanoseconds: 0)
            note(.claimedAt, newValue != nil)
        }
    }

    var percent: Double? {
        get { stated.contains(.percent) ? rawPercent : nil }
        set {
            rawPercent = newValue ?? 0
            note(.percent, newValue != nil)
        }
    }

    var downloadedBytes: Int64? {
        get { stated.contains(.downloadedBytes) ? rawDownloadedBytes : nil }
        set {
            rawDownloadedBytes = newValue ?? 0
            note(.downloadedBytes, newValue != nil)
        }
    }

    var totalBytes: Int64? {
        get { stated.contains(.totalBytes) ? rawTotalBytes : nil }
        set {
            rawTotalBytes = newValue ?? 0
            note(.totalBytes, newValue != nil)
        }
    }

    var bytesPerSecond: Double? {
        get { stated.contains(.bytesPerSecond) ? rawBytesPerSecond : nil }
        set {
            rawBytesPerSecond = newValue ?? 0
            note(.bytesPerSecond, newValue != nil)
        }
    }

    var remaining: Duration? {
        get { stated.contains(.remaining) ? rawRemaining : nil }
        set {
            rawRemaining = newValue ?? .zero
            note(.remaining, newValue != nil)
        }
    }

    var duration: Duration? {
        get { stated.contains(.duration) ? rawDuration : nil }
        set {
            rawDuration = newValue ?? .zero
            note(.duration, newValue != nil)
        }
    }

    private mutating func note(_ figure: Stated, _ isStated: Bool) {
        if isStated { stated.insert(figure) } else { stated.remove(figure) }
    }
}

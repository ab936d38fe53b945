// Figures derived from a session's evidence. dialects.md §5.6.

import Traffic

/// What follows from a session's times and figures; `nil` is unknown.
///
/// Claimed facts come from what the device says, measured ones from the wire, and the others from recorded times.
public struct SessionFacts: Hashable, Sendable {
    /// The unit that a device's clock counts in, as far as its messages show.
    public enum ClockResolution: String, Hashable, Sendable, CaseIterable {
        case seconds = "s"
        case milliseconds = "ms"
        case microseconds = "us"
    }

    /// From the offer to its acceptance.
    public var ackLatency: Duration?
    /// From the acceptance, else the offer, to the first progress.
    public var firstProgressDelay: Duration?
    /// Claimed: from the first progress to the last.
    public var claimedTransfer: Duration?
    /// Measured: from the first request to the last byte.
    public var measuredTransfer: Duration?
    /// Measured: Content-Length of the last whole response.
    public var contentLength: Int64?
    /// Measured: bytes per second of the successful responses, from first byte to last.
    public var goodput: Double?
    /// Silences longer than the stall window after which it went on.
    public var stallCount = 0
    /// Their lengths together.
    public var stallTotal: Duration?
    /// The longest of them.
    public var stallLongest: Duration?
    /// How often claimed progress fell.
    public var regressionCount = 0
    /// The deepest fall, in points.
    public var regressionDepth: Double?
    /// How often claimed progress leapt without bytes or time to match.
    public var jumpCount = 0
    /// By how many points claimed progress passed 100.
    public var overshoot: Double?
    /// How long the last percentage stood.
    public var plateau: Duration?
    /// Progress reports that the claimed steps let expect.
    public var expectedProgressCount: Int64?
    /// Earlier sessions of the device that this one superseded.
    public var supersededCount = 0
    /// The device's clock minus the recorder's.
    public var clockOffset: Duration?
    /// By how much that changed in the course of the session.
    public var clockDrift: Duration?
    /// What the device's clock counts in.
    public var clockResolution: ClockResolution?
    /// How long the device was away after the claimed end.
    public var rebootGap: Duration?
    /// From the claimed end to the version report that settled it.
    public var confirmDelay: Duration?
    /// How long, in its course, no recorder was connected to its source.
    public var outage: Duration?
    /// Claimed bytes over measured bytes.
    public var bytesRatio: Double?
    /// Claimed speed over measured speed.
    public var rateRatio: Double?
    /// Claimed duration over measured duration.
    public var durationRatio: Double?

    /// Nothing known.
    public init() {}
}

extension SessionFacts {
    /// How a claim stands to its measurement.
    public enum Verdict: Hashable, Sendable {
        case agrees
        /// The claim is so many times the measured figure.
        case off(Double)
        case unknown

        /// A verdict on a ratio of claimed to measured, which may be off by a factor without contradiction.
        init(_ ratio: Double?, within tolerance: Double) {
            guard let ratio, ratio.isFinite, ratio >= 0 else {
                self = .unknown
                return
            }
            self = ratio <= tolerance && ratio >= 1 / tolerance ? .agrees : .off(ratio)
        }

        /// In words: `agrees`, `off ×8.0`, `unknown`.
        public var text: String {
            switch self {
            case .agrees: "agrees"
            case .off(let ratio): "off ×" + ratio.shortened
            case .unknown: "unknown"
            }
        }
    }

    /// A factor that durations and rates may differ by: they are not measured between the same two moments.
    static let timingTolerance = 2.0

    /// Whether the claimed bytes are the measured ones.
    public var bytesVerdict: Verdict { Verdict(bytesRatio, within: 1.01) }
    /// Whether the claimed speed is the measured one.
    public var rateVerdict: Verdict { Verdict(rateRatio, within: Self.timingTolerance) }
    /// Whether the claimed duration is the measured one.
    public var durationVerdict: Verdict { Verdict(durationRatio, within: Self.timingTolerance) }
}

extension Double {
    /// The number with three digits or so: `8.02`, `0.125`, `1024`.
    var shortened: String {
        guard isFinite, magnitude < 1e15 else { return String(self) }
        let factor = magnitude >= 100 ? 1.0 : magnitude >= 1 ? 100.0 : 1_000.0
        return ((self * factor).rounded() / factor).shown
    }
}

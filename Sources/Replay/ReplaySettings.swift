// How a recording is played again.

public import Traffic

/// How a recording is played again: pace, patience, image and network.
public struct ReplaySettings: Hashable, Sendable {
    /// Which bytes are served, and how they relate to the offer.
    public enum Image: Hashable, Sendable {
        /// Filler of the recorded size that keeps the recorded relation to the offer.
        case recorded
        /// Filler whose digest and size are the offered ones.
        case good
        /// Bytes given by the user, `byteCount` of them.
        case file(byteCount: Int64)
    }

    /// Which network the download meets.
    public enum Network: Hashable, Sendable {
        /// The one that the recorded transfers met.
        case recorded
        /// One without limits or faults.
        case good
        /// One given by the user; it is played as it stands, whatever the speed.
        case curve(NetworkCurve)
    }

    /// How many times as fast as recorded the recorded peer acts; 0 leaves out every delay.
    public var speed: Double
    /// How much longer than the recorded device the live one may be silent before it is given up.
    public var maxWait: Duration
    /// The lateness of our own actions above which nothing can be concluded.
    public var latenessTolerance: Duration
    /// How long after the session's end further messages are still observed.
    public var settle: Duration
    /// Which bytes are served.
    public var image: Image
    /// Which network the download meets.
    public var network: Network

    /// The speeds that can be played, besides 0.
    public static let speeds: ClosedRange<Double> = 0.001...1_000_000

    /// Settings, with the defaults of a faithful replay.
    public init(
        speed: Double = 1,
        maxWait: Duration = .seconds(30),
        latenessTolerance: Duration = .seconds(1),
        settle: Duration = .milliseconds(250),
        image: Image = .recorded,
        network: Network = .recorded
    ) {
        self.speed = speed
        self.maxWait = maxWait
        self.latenessTolerance = latenessTolerance
        self.settle = settle
        self.image = image
        self.network = network
    }

    /// A recorded delay of the peer at this speed; never negative.
    func paced(_ delay: Duration) -> Duration {
        guard speed > 0, delay > .zero else { return .zero }
        return .nanoseconds(Int64(saturating: Double(delay.wholeNanoseconds) / speed))
    }
}

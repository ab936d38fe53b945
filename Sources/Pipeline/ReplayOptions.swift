// How to replay, as a caller says it.

import Replay
import Traffic

/// Pace, patience, image and network of a replay.
public struct ReplayOptions: Hashable, Sendable {
    /// Whether the recorded conditions are kept or replaced by good ones.
    public enum Conditions: String, Hashable, Sendable, CaseIterable {
        /// As recorded.
        case recorded
        /// Without fault.
        case good
    }

    /// Times as fast as recorded; 0 leaves every delay out.
    public var speed = 1.0
    /// Silence of the device, beyond what the recording shows, after which it is given up.
    public var maxWait = Duration.seconds(30)
    /// Our own lateness above which nothing can be concluded.
    public var latenessTolerance = Duration.seconds(1)
    /// The image and its relation to the offer.
    public var image = Conditions.recorded
    /// The network that the download meets.
    public var network = Conditions.recorded

    /// A faithful replay at recorded speed.
    public init() {}

    var settings: ReplaySettings {
        ReplaySettings(
            speed: speed,
            maxWait: maxWait,
            latenessTolerance: latenessTolerance,
            image: image == .good ? .good : .recorded,
            network: network == .good ? .good : .recorded
        )
    }

    /// The settings by name, as a replay's row keeps them.
    var names: [String: String] {
        [
            "speed": "\(speed)", "max_wait_ms": "\(maxWait.milliseconds)", "image": image.rawValue,
            "network": network.rawValue, "lateness_tolerance_ms": "\(latenessTolerance.milliseconds)",
        ]
    }
}

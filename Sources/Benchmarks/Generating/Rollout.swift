// What a generated capture holds.

import Traffic

/// A fleet rollout: device after device begins its upgrade, on both dialects by turns.
///
/// The same settings give the same bytes. Ten times the devices are a rollout of ten times the length, so that the
/// number of upgrades under way at once, and with it the generator's memory, does not depend on the size.
struct Rollout {
    /// Devices, each with one MQTT connection and one upgrade.
    var devices = 10_000
    /// PUBLISH of an upgrade that succeeds, at least 6; failing ones have fewer.
    var messagesPerDevice = 44
    /// Where the randomness starts.
    var seed: UInt64 = 7
    /// Flows that consist of one SYN.
    var halfOpenFlows = 0
    /// Time between the starts of two devices: 10 000 within an hour.
    var spacing = Duration.milliseconds(360)

    /// When the first device may start: 2023-11-14T22:13:20Z.
    static let start = Timestamp(seconds: 1_700_000_000)
    /// The version that every device is offered.
    static let offeredVersion = "2.1.0"
    /// The version that every device ran before.
    static let formerVersion = "2.0.0"

    /// Time between two half-open flows.
    ///
    /// They come as long as devices start; without devices they are a flood of two minutes, in which nobody gives up
    /// waiting.
    var halfOpenSpacing: Duration {
        let length = devices > 0 ? spacing * devices : .seconds(120)
        return length / max(1, halfOpenFlows)
    }
}

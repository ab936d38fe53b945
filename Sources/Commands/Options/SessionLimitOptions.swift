// How much of sessions is held in memory.

import ArgumentParser
import Sessions

/// The bounds of deriving sessions, the same in every subcommand that does.
struct SessionLimitOptions: ParsableArguments {
    private static let defaults = TrackerLimits()

    @Option(
        help:
            "Devices with sessions in memory; beyond, those are let go whose sessions are final, or soonest will be."
    )
    var maxDevices = defaults.devices

    @Option(
        help: """
            Messages held for all devices together; beyond, progress reports that tell nothing are only counted, and \
            then devices are let go.
            """
    )
    var maxMessagesHeld = defaults.messages

    @Option(
        help: """
            Messages held for one device; beyond, progress reports that tell nothing are only counted, and then every \
            second.
            """
    )
    var maxMessagesPerDevice = defaults.messagesPerDevice

    @Option(help: "Downloads held to be matched with sessions.")
    var maxDownloadsHeld = defaults.transfers

    @Option(help: "Recorded time for which a final session waits for its download's end, such as 1h.")
    var maxRetention = TimeSpan(defaults.retention)

    func validate() throws {
        try LimitRange.check("max-devices", maxDevices, 1...(1 << 28))
        try LimitRange.check("max-messages-held", maxMessagesHeld, 16...(1 << 32))
        try LimitRange.check("max-messages-per-device", maxMessagesPerDevice, 16...(1 << 32))
        try LimitRange.check("max-downloads-held", maxDownloadsHeld, 1...(1 << 28))
    }

    /// The limits as given.
    var limits: TrackerLimits {
        var limits = TrackerLimits()
        limits.devices = maxDevices
        limits.messages = maxMessagesHeld
        limits.messagesPerDevice = maxMessagesPerDevice
        limits.transfers = maxDownloadsHeld
        limits.retention = maxRetention.duration
        return limits
    }
}

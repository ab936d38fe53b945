// How much the tracker holds in memory.

/// Bounds of a tracker; what is beyond them is let go, what is final or soonest will be first.
public struct TrackerLimits: Hashable, Sendable {
    /// Devices with sessions in memory.
    public var devices: Int
    /// Messages held for all devices together; beyond, devices whose sessions are final are let go, then progress reports
    /// without which the same would be found, then devices whose sessions will soonest be final.
    public var messages: Int
    /// Messages held for one device; beyond, progress reports are let go without which the same would be found, then
    /// every second progress message is counted but not held.
    public var messagesPerDevice: Int
    /// Distinct messages in the window in which copies are looked for.
    public var copyWindow: Int
    /// Downloads held for matching, owned or not.
    public var transfers: Int
    /// Recorded time for which sessions are held after they became final: a download is only known at its end.
    public var retention: Duration
    /// Ended command ids remembered, so that a rerun counts as the next attempt.
    public var rememberedCommands: Int

    /// Bounds of a tracker.
    public init(
        devices: Int = 16_384,
        messages: Int = 65_536,
        messagesPerDevice: Int = 16_384,
        copyWindow: Int = 65_536,
        transfers: Int = 8_192,
        retention: Duration = .seconds(3_600),
        rememberedCommands: Int = 65_536
    ) {
        self.devices = max(1, devices)
        self.messages = max(16, messages)
        self.messagesPerDevice = max(16, messagesPerDevice)
        self.copyWindow = max(1, copyWindow)
        self.transfers = max(1, transfers)
        self.retention = max(.zero, retention)
        self.rememberedCommands = max(1, rememberedCommands)
    }
}

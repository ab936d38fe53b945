// Texts held by many events at once.

/// Texts that any number of events hold, with what is found out of them once.
final class SharedTexts: Hashable, Sendable {
    let texts: EventTexts
    /// The hash of dialect and device, keyed by the process.
    let deviceHash: Int

    /// No texts: for an event that is given its texts once they are read.
    static let none = SharedTexts(EventTexts(dialect: "", rule: "", deviceID: ""))

    init(_ texts: EventTexts) {
        self.texts = texts
        deviceHash = UpgradeEvent.deviceHash(dialect: texts.dialect, deviceID: texts.deviceID)
    }

    static func == (lhs: SharedTexts, rhs: SharedTexts) -> Bool {
        lhs === rhs || lhs.texts == rhs.texts
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(texts)
    }
}

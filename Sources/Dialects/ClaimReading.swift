// What a claim makes of one payload.

/// The events of a message under one dialect's claim.
struct ClaimReading {
    /// The first event; `nil` where the message is not the dialect's business.
    var event: UpgradeEvent?
    /// The events after it, where one message states several.
    var further: [UpgradeEvent] = []
    /// Whether the payload fits.
    var fits = true

    /// The message is not the dialect's business.
    static let foreign = ClaimReading(event: nil)

    /// Events in order; they fit if one of them is known.
    init(_ events: [UpgradeEvent]) {
        event = events.first
        further = Array(events.dropFirst())
        fits = events.contains { $0.kind != .unknown }
    }

    init(event: UpgradeEvent?, fits: Bool = true) {
        self.event = event
        self.fits = fits
    }
}

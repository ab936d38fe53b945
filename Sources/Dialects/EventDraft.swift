// An event while its fields are read.

internal import Traffic

/// An event, its texts before they are shared, and what is odd about them.
struct EventDraft {
    var event: UpgradeEvent
    var texts: EventTexts
    /// The case that fits.
    var matching = 0
    /// Whether a field was left out because its value did not fit.
    var isLenient = false

    /// A draft that knows what the topic tells.
    init(at time: Timestamp, texts: EventTexts) {
        event = UpgradeEvent(kind: .unknown, recordedAt: time, sharing: .none)
        self.texts = texts
    }

    /// Adds an oddity and its words.
    mutating func note(_ oddity: EventOddities, _ words: String) {
        event.oddities.insert(oddity)
        texts.oddity = texts.oddity.map { "\($0); \(words)" } ?? words
    }

    /// Notes an id of the payload that is another than the topic's.
    ///
    /// A child's topic carries the product of its gateway (dialects.md §3.1), so the payload's may differ there.
    mutating func noteOther(_ field: EventField, _ id: String) {
        if id.isEmpty { return }
        switch field {
        case .deviceID:
            note(.identityMismatch, "payload names device \(id.excerpt), topic \(texts.deviceID)")
        case .productID where texts.gatewayID == nil:
            note(.identityMismatch, "payload names product \(id.excerpt), topic \(texts.productID ?? "none")")
        default: break
        }
    }

    /// Takes the topic's device for the gateway of one that the payload names.
    mutating func standBehindTopic(of device: EventValue) {
        if texts.deviceID.isEmpty || device == .text(texts.deviceID) { return }
        texts.gatewayID = texts.gatewayID ?? texts.deviceID
    }

    /// Notes ids that somebody forgot to fill in.
    mutating func notePlaceholders() {
        notePlaceholder("device", texts.deviceID)
        if let id = texts.productID { notePlaceholder("product", id) }
        if let id = texts.gatewayID { notePlaceholder("gateway", id) }
    }

    private mutating func notePlaceholder(_ name: String, _ id: String) {
        let hasBrace = id.utf8.contains { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
        if hasBrace || id == "null" { note(.identityMismatch, "\(name) \(id) is a placeholder") }
    }

    /// Whether a time is there and may be meant.
    static func isPlausible(_ value: EventValue?) -> Bool {
        if case .time(let time)? = value { time.isPlausible } else { false }
    }
}

// Compares the fields of events with what samples say of them.

internal import Traffic

extension SampleCheck {
    /// Whether a sample's field has a name and a value that can be compared.
    static func isReadable(_ field: Sample.Field) -> Bool {
        if ["soft", "oddities"].contains(field.name) { return true }
        return EventField(rawValue: field.name).map { value(field.value, of: $0.valueType) != nil } ?? false
    }

    /// Whether an event states what a sample says.
    static func states(_ event: UpgradeEvent, _ field: Sample.Field) -> Bool {
        switch field.name {
        case "soft": return String(event.isSoft) == field.value
        case "oddities": return text(of: field.name, in: event) == field.value
        default:
            guard let target = EventField(rawValue: field.name), let stated = event.value(of: target) else {
                return false
            }
            return stated == value(field.value, of: target.valueType)
        }
    }

    /// A field of an event as samples write it.
    static func text(of name: String, in event: UpgradeEvent) -> String? {
        if name == "soft" { return String(event.isSoft) }
        if name == "oddities" { return event.oddities.names.joined(separator: " ") }
        switch EventField(rawValue: name).flatMap(event.value(of:)) {
        case .text(let text): return text
        case .integer(let count): return String(count)
        case .number(let number): return number.description
        case .duration(let length): return "\(Double(length.wholeNanoseconds) / 1e9)s"
        case .flag(let flag): return String(flag)
        case .time(let time): return ISOTime.pythonText(time)
        case .digest(let digest): return digest.prefixedText
        case nil: return nil
        }
    }

    /// The value that a sample's text means; `nil` when it means none.
    private static func value(_ text: String, of type: EventField.ValueType) -> EventValue? {
        switch type {
        case .text: .text(text)
        case .integer: Int64(text).map(EventValue.integer)
        case .number, .rate: Double(text).map(EventValue.number)
        case .duration: duration(text).map(EventValue.duration)
        case .flag: Bool(text).map(EventValue.flag)
        case .time: ISOTime.timestamp(Array(text.utf8).rawSpan).map(EventValue.time)
        case .digest: .digest(DeclaredDigest(prefixed: text))
        }
    }

    /// Seconds, with or without their unit, or another unit behind the number.
    private static func duration(_ text: String) -> Duration? {
        let units: [(String, Double)] = [
            ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12), ("", 1e9),
        ]
        for (unit, nanoseconds) in units where text.hasSuffix(unit) {
            guard let count = Double(text.dropLast(unit.count)) else { continue }
            return Int64(exactly: (count * nanoseconds).rounded()).map { .nanoseconds($0) }
        }
        return nil
    }
}

extension EventOddities {
    /// The names of the oddities, in the order of their bits.
    var names: [String] {
        let all: [(EventOddities, String)] = [
            (.identityMismatch, "identity-mismatch"), (.badTimestamp, "bad-timestamp"),
            (.unexpectedFields, "unexpected-fields"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}

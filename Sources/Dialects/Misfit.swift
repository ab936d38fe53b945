// Why a message does not fit its rule.

/// What does not fit, and where; put into words only for the events that carry them.
enum Misfit: Error {
    /// What a field asks for.
    enum Expectation: String {
        case string, integer, number, boolean
    }

    case notJSON(JSONFault)
    case notAnObject(JSONToken.Kind)
    case noCase
    case noDevice
    /// The connection's client id would say who it is, and is not known.
    case noClientID
    case notText
    case noTemplate
    /// The array that events are made of is not there.
    case noArray(JSONToken.Kind, slot: Int)
    /// More elements than are read.
    case tooManyElements(Int)
    /// A time that is unreadable or implausible; a closer look finds it odd and goes on.
    case oddTime(slot: Int)
    case missing(slot: Int)
    case unexpected(JSONToken, slot: Int)
    case mismatch(Expectation, JSONToken, slot: Int)
    case fraction(JSONToken, slot: Int)
    case outOfRange(slot: Int)

    /// The reason that an event carries.
    func reason(in plan: ReadingPlan, _ bytes: RawSpan) -> String {
        switch self {
        case .notJSON(let fault): fault.description
        case .notAnObject(let kind): "expected a JSON object, got \(kind.name)"
        case .noCase: "no case of \(plan.rule) fits"
        case .noDevice: "no device id in topic or payload"
        case .noClientID:
            "no device id: the connection's client id names the device, and the recording does not know it"
        case .notText: "expected text in UTF-8"
        case .noTemplate: "no text of \(plan.rule) fits"
        case .noArray(let kind, let slot): "field \(plan.names[slot]): expected array, got \(kind.name)"
        case .tooManyElements(let count):
            "\(count) elements, of which the first \(ReadingPlan.FanOut.limit) are read"
        case .oddTime(let slot): "field \(plan.names[slot]): odd time"
        case .missing(let slot): "field \(plan.names[slot]): missing"
        case .unexpected(let token, let slot):
            "field \(plan.names[slot]): unexpected \(Self.excerpt(token, bytes))"
        case .mismatch(let expected, let token, let slot):
            "field \(plan.names[slot]): expected \(expected.rawValue), got \(token.kind.name)"
        case .fraction(let token, let slot):
            "field \(plan.names[slot]): expected integer, got \(Self.excerpt(token, bytes))"
        case .outOfRange(let slot): "field \(plan.names[slot]): number out of range"
        }
    }

    /// The value's own bytes, cut to what a reason can carry.
    static func excerpt(_ token: JSONToken, _ bytes: RawSpan) -> String {
        let text = JSONText.verbatim(token, in: bytes)
        return text.count > 40 ? text.prefix(40) + "…" : text
    }
}

// JSON whose members keep their order. RFC 8259.

import Traffic

/// A JSON value to be written; objects keep the order of their members.
enum JSONValue {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([(String, JSONValue)])

    /// The value on one line, safe to print on a terminal.
    var text: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        // JSON knows neither infinity nor NaN.
        case .number(let value): value.isFinite ? "\(value)" : "null"
        case .string(let value): JSONText.quoted(value)
        case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { JSONText.quoted($0) + ":" + $1.text }.joined(separator: ",") + "}"
        }
    }

    /// A string, or null where there is none.
    static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// A whole number, or null where there is none.
    static func optional(_ number: (some BinaryInteger)?) -> JSONValue {
        number.map { .integer(Int64(clamping: $0)) } ?? .null
    }

    /// A number, or null where there is none.
    static func optional(_ number: Double?) -> JSONValue { number.map(JSONValue.number) ?? .null }

    /// Nanoseconds since the Unix epoch, or null where there is no time.
    static func optional(_ time: Timestamp?) -> JSONValue { optional(time?.nanoseconds) }
}

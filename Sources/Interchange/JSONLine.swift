// One JSON object on one line, its fields in the order they are added. RFC 8259.

/// Builds one line of JSON without building a tree: listings are long, and their field order is for people too.
public struct JSONLine: Sendable {
    private var text = "{"

    /// An object without fields.
    public init() {}

    /// Adds a string; nothing when there is none.
    public mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        text += Self.quoted(value)
    }

    /// Adds a whole number; nothing when there is none.
    public mutating func add(_ name: String, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        begin(name)
        text += String(value)
    }

    /// Adds a truth value; nothing when there is none.
    public mutating func add(_ name: String, _ value: Bool?) {
        guard let value else { return }
        begin(name)
        text += value ? "true" : "false"
    }

    /// The object as text, without a line end.
    public var line: String { text + "}" }

    /// A JSON string with its quotes; control characters and line separators are escaped.
    public static func quoted(_ value: String) -> String {
        var output = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{2029}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }

    private mutating func begin(_ name: String) {
        if text.utf8.count > 1 { text += "," }
        text += "\"\(name)\":"
    }
}

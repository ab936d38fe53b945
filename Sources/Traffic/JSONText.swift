// JSON strings that are safe to print as they stand. RFC 8259 §7.

/// Writes text as a JSON string.
public enum JSONText {
    /// The text as a JSON string with its quotes; what a terminal would act upon is written as `\u` escapes.
    public static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            // All of these are below U+10000 and fit one escape.
            case _ where TerminalText.isUnsafe(scalar):
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}

// Writes JSON in a dialect's own spelling.

/// How a dialect's programs print JSON.
enum JSONStyle: String, Hashable, Sendable, CaseIterable {
    /// Python's `json.dumps`: `", "` and `": "` as separators, everything but printable ASCII escaped.
    case python
    /// No white space, text in UTF-8.
    case compact

    /// The string as a JSON value, quotes included.
    func string(_ text: String) -> [UInt8] {
        var output: [UInt8] = [UInt8(ascii: "\"")]
        for scalar in text.unicodeScalars { append(scalar, to: &output) }
        output.append(UInt8(ascii: "\""))
        return output
    }

    /// The literal as a JSON value.
    func literal(_ literal: Literal) -> [UInt8] {
        switch literal {
        case .null: Array("null".utf8)
        case .flag(let flag): Array((flag ? "true" : "false").utf8)
        case .number(let text): Array(text.utf8)
        case .text(let text): string(text)
        }
    }

    /// The value with its members in order.
    func value(_ value: JSONDraft) -> [UInt8] {
        switch value {
        case .literal(let bytes): return bytes
        case .object(let members):
            var output: [UInt8] = [UInt8(ascii: "{")]
            for (index, member) in members.enumerated() {
                if index > 0 { output += separator }
                output += string(member.key)
                output += self == .python ? ": ".utf8 : ":".utf8
                output += self.value(member.value)
            }
            return output + [UInt8(ascii: "}")]
        case .array(let elements):
            var output: [UInt8] = [UInt8(ascii: "[")]
            for (index, element) in elements.enumerated() {
                if index > 0 { output += separator }
                output += self.value(element)
            }
            return output + [UInt8(ascii: "]")]
        }
    }

    private var separator: [UInt8] { Array((self == .python ? ", " : ",").utf8) }

    private func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        switch scalar.value {
        case 0x22, 0x5C: output += [UInt8(ascii: "\\"), UInt8(scalar.value)]
        case 0x20...0x7E: output.append(UInt8(scalar.value))
        case 0x00...0x1F: output += Self.escape(UInt8(scalar.value))
        default:
            if self == .compact {
                output += String(scalar).utf8
            } else {
                output += String(scalar).utf16.flatMap(Self.escape)
            }
        }
    }

    private static func escape(_ control: UInt8) -> [UInt8] {
        if let letter = JSONText.escapes.first(where: { $0.byte == control })?.letter {
            return [UInt8(ascii: "\\"), letter]
        }
        return escape(UInt16(control))
    }

    private static func escape(_ unit: UInt16) -> [UInt8] {
        let digits = String(unit, radix: 16)
        return Array("\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
    }
}

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

    /// The object with its members in order.
    func object(_ object: JSONObject) -> [UInt8] {
        var output: [UInt8] = [UInt8(ascii: "{")]
        for (index, member) in object.members.enumerated() {
            if index > 0 { output += self == .python ? ", ".utf8 : ",".utf8 }
            output += string(member.key)
            output += self == .python ? ": ".utf8 : ":".utf8
            switch member.value {
            case .literal(let bytes): output += bytes
            case .object(let inner): output += self.object(inner)
            }
        }
        output.append(UInt8(ascii: "}"))
        return output
    }

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

/// An object being composed: members in order, values already spelled.
struct JSONObject: Hashable {
    /// A member's value.
    indirect enum Value: Hashable {
        /// The bytes of a value.
        case literal([UInt8])
        case object(JSONObject)
    }

    /// A key and its value.
    struct Member: Hashable {
        var key: String
        var value: Value
    }

    private(set) var members: [Member] = []

    /// Whether something stands at the path.
    func contains(_ path: ArraySlice<String>) -> Bool {
        guard let member = members.first(where: { $0.key == path.first }) else { return false }
        if path.count == 1 { return true }
        if case .object(let inner) = member.value { return inner.contains(path.dropFirst()) }
        return false
    }

    /// Puts a value at the path, after what is there; what stands there already stays.
    mutating func insert(_ bytes: [UInt8], at path: ArraySlice<String>) {
        guard let key = path.first else { return }
        let index = members.firstIndex { $0.key == key }
        if path.count == 1 {
            if index == nil { members.append(Member(key: key, value: .literal(bytes))) }
            return
        }
        var inner = JSONObject()
        if let index {
            guard case .object(let known) = members[index].value else { return }
            inner = known
        }
        inner.insert(bytes, at: path.dropFirst())
        let member = Member(key: key, value: .object(inner))
        if let index { members[index] = member } else { members.append(member) }
    }
}

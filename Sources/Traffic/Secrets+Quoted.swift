// Masks what stands quoted behind the name of a credential: JSON within words, escaped JSON, Python's dictionaries.

extension Secrets {
    /// The bytes with the values of quoted credential names replaced: `"token": "***"`, `\"password\":\"***\"`.
    ///
    /// Quotes may be escaped, as they are where one JSON text holds another. An empty value, null and truth values are
    /// no credentials.
    /// - Complexity: O(n).
    static func maskedQuoted(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard let mark = QuoteMark(in: bytes, at: index) else {
                output.append(bytes[index])
                index += 1
                continue
            }
            guard let name = quotedName(in: bytes, at: mark), let value = value(in: bytes, behind: name.end)
            else {
                output += bytes[index..<mark.end]
                index = mark.end
                continue
            }
            output += bytes[index..<value]
            index = value
            guard isCredential(name.text) else { continue }
            let end = endOfValue(in: bytes, from: value)
            output += replacement(for: bytes[value..<end], in: bytes)
            index = end
        }
        return output
    }

    /// A quote with the backslashes before it.
    private struct QuoteMark {
        let character: UInt8
        let escapes: Int
        let end: Int

        init?(in bytes: [UInt8], at start: Int) {
            var index = start
            while index < bytes.count, bytes[index] == UInt8(ascii: "\\") { index += 1 }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'")
            else { return nil }
            character = bytes[index]
            escapes = index - start
            end = index + 1
        }

        func closes(_ opening: QuoteMark) -> Bool {
            character == opening.character && escapes <= opening.escapes
        }
    }

    /// The name that a quote opens, when nothing but a name is in it, and where its closing quote ends.
    private static func quotedName(in bytes: [UInt8], at opening: QuoteMark) -> (text: String, end: Int)? {
        let end = bytes[opening.end...].firstIndex { !isNameByte($0) } ?? bytes.count
        guard end > opening.end, let closing = QuoteMark(in: bytes, at: end), closing.closes(opening) else {
            return nil
        }
        return (String(decoding: bytes[opening.end..<end], as: UTF8.self), closing.end)
    }

    /// Where the value begins, when a colon follows.
    private static func value(in bytes: [UInt8], behind end: Int) -> Int? {
        var index = end
        var hasColon = false
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: ":"), !hasColon {
                hasColon = true
            } else if !(bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index])) {
                break
            }
            index += 1
        }
        return hasColon ? index : nil
    }

    private static func endOfValue(in bytes: [UInt8], from start: Int) -> Int {
        if let opening = QuoteMark(in: bytes, at: start) {
            var index = opening.end
            while index < bytes.count {
                if let mark = QuoteMark(in: bytes, at: index) {
                    if mark.closes(opening) { return mark.end }
                    index = mark.end
                } else {
                    index += 1
                }
            }
            return bytes.count
        }
        let isNested =
            start < bytes.count && (bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "["))
        let ends: Set<UInt8> = Set((isNested ? "}]" : ",}] \t\r\n\\\"'").utf8)
        let end = bytes[start...].firstIndex(where: ends.contains) ?? bytes.count
        return isNested ? min(end + 1, bytes.count) : end
    }

    /// What stands for a value, in quotes like its own.
    private static func replacement(for value: ArraySlice<UInt8>, in bytes: [UInt8]) -> [UInt8] {
        guard let opening = QuoteMark(in: bytes, at: value.startIndex) else {
            let isPlain = ["", "null", "true", "false", "None"].contains(
                String(decoding: value, as: UTF8.self)
            )
            return isPlain ? Array(value) : Array("***".utf8)
        }
        let quote = bytes[value.startIndex..<opening.end]
        let closing = QuoteMark(in: bytes, at: opening.end)
        let isEmpty = opening.end == bytes.count || closing?.closes(opening) == true
        return isEmpty ? Array(value) : quote + Array("***".utf8) + quote
    }
}

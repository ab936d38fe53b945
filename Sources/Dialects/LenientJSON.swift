// Reads the JSON of people: samples have comments and trailing commas. dialects.md §3.4.

/// Makes strict JSON of JSON with comments and trailing commas; for samples only, never for messages.
enum LenientJSON {
    /// The payload that a sample shows: its JSON made strict, or the text as it is where that gives no JSON.
    static func payload(_ text: String) -> [UInt8] {
        let strict = strict(Array(text.utf8))
        return (try? ScannedPayload(strict)) == nil ? Array(text.utf8) : strict
    }

    /// The bytes without comments, and without commas before closing brackets.
    static func strict(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let end = endOfToken(bytes, at: index)
            let isComment = bytes[index] == UInt8(ascii: "/") && end > index + 1
            if !isComment {
                if bytes[index] == UInt8(ascii: "}") || bytes[index] == UInt8(ascii: "]") {
                    dropTrailingComma(&output)
                }
                output += bytes[index..<end]
            }
            index = end
        }
        while let last = output.last, last <= 0x20 { output.removeLast() }
        return output
    }

    /// The end of the string or comment that begins here; otherwise the next byte.
    private static func endOfToken(_ bytes: [UInt8], at start: Int) -> Int {
        var index = start + 1
        if bytes[start] == UInt8(ascii: "\"") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            return min(index + 1, bytes.count)
        }
        guard bytes[start] == UInt8(ascii: "/"), index < bytes.count else { return index }
        if bytes[index] == UInt8(ascii: "/") {
            return bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        }
        guard bytes[index] == UInt8(ascii: "*") else { return index }
        index += 1
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { return index + 2 }
            index += 1
        }
        return bytes.count
    }

    private static func dropTrailingComma(_ output: inout [UInt8]) {
        guard let last = output.lastIndex(where: { $0 > 0x20 }), output[last] == UInt8(ascii: ",") else {
            return
        }
        output.remove(at: last)
    }
}

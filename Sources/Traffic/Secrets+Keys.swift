// Masks the values of JSON keys that hold credentials.

extension Secrets {
    /// The text with the values of these JSON keys replaced by `***`, wherever they stand.
    ///
    /// Works on any text: JSON that is cut or broken is masked as far as it can be told apart, and beyond where it
    /// cannot. Keys count without ASCII case. Credentials in URLs are masked as `masked(_:)` does it.
    /// - Complexity: O(n).
    public static func masked(_ text: String, keys: [String]) -> String {
        let wanted = Set(keys.map { $0.lowercased() })
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\"") else {
                output.append(bytes[index])
                index += 1
                continue
            }
            let end = endOfString(in: bytes, from: index)
            output += bytes[index..<end]
            let name = String(decoding: bytes[(index + 1)..<max(index + 1, end - 1)], as: UTF8.self)
            index = end
            guard let value = startOfValue(in: bytes, from: end) else { continue }
            guard wanted.contains(name.lowercased()) || isCredential(name) else { continue }
            output += bytes[end..<value]
            output += Array("\"***\"".utf8)
            index = endOfJSONValue(in: bytes, from: value)
        }
        return masked(String(decoding: output, as: UTF8.self))
    }

    /// The index behind a string that begins with its quote.
    private static func endOfString(in bytes: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\"") { return index + 1 }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return bytes.count
    }

    /// Where the value begins, when a colon follows.
    private static func startOfValue(in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        var hasColon = false
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): index += 1
            case UInt8(ascii: ":") where !hasColon:
                hasColon = true
                index += 1
            default: return hasColon ? index : nil
            }
        }
        return hasColon ? index : nil
    }

    /// The index behind a value: of an object or an array, where its brackets close.
    private static func endOfJSONValue(in bytes: [UInt8], from start: Int) -> Int {
        var index = start
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = endOfString(in: bytes, from: index)
                if depth == 0 { return index }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: ",") where depth == 0: return index
            default: break
            }
            index += 1
        }
        return bytes.count
    }
}

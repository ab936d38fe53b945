// Keeps credentials out of everything we print.

/// Masks credentials in text from captures: signed-URL parameters, access keys and user information in URLs.
///
/// The value after each known parameter name, or after the same name in quotes and a colon, is replaced by `***` up to
/// the next delimiter, wherever in a text it stands: devices repeat whole URLs in their error messages (dialects.md §1.6).
public enum Secrets {
    /// Parameter names whose value is a credential, compared without case.
    private static let names: [String] = [
        "awsaccesskeyid", "signature", "x-amz-signature", "x-amz-credential", "x-amz-security-token",
        "ossaccesskeyid", "security-token", "accesskey", "access_token", "access_key", "token", "password",
        "secret", "sig", "x-men-sign", "x-goog-signature", "x-goog-credential",
    ]

    /// Names of user properties and headers whose whole value is a credential, spaces included.
    private static let headers: [String] = [
        "authorization", "proxy-authorization", "api-key", "api_key", "apikey", "x-api-key", "auth", "cookie",
        "jwt",
    ]

    /// The text with every credential's value replaced by `***`.
    public static func masked(_ text: String) -> String {
        guard text.utf8.contains(where: marks.contains) else { return text }
        var output: [UInt8] = []
        let bytes = maskedQuoted(Array(text.utf8))
        var index = 0
        var wordStart = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "="), isSecretName(bytes[wordStart..<index]) {
                output += Array("=***".utf8)
                index = endOfValue(in: bytes, from: index + 1)
                wordStart = index
                continue
            }
            if byte == UInt8(ascii: "@"), let scheme = lastUserInformation(in: output) {
                output.replaceSubrange(scheme..., with: Array("***".utf8))
            }
            if !isNameByte(byte) { wordStart = index + 1 }
            output.append(byte)
            index += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Bytes without one of which no text names a credential.
    private static let marks: Set<UInt8> = Set("=@:".utf8)

    /// Whether a value under this name is a credential as a whole.
    public static func isCredential(_ name: String) -> Bool {
        let folded = name.lowercased()
        return names.contains(folded) || headers.contains(folded)
    }

    private static func isSecretName(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && names.contains(String(decoding: bytes, as: UTF8.self).lowercased())
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The index behind a parameter's value: at `&`, white space, a quote, `)`, `>`, `;` or `\`.
    private static func endOfValue(in bytes: [UInt8], from start: Int) -> Int {
        let delimiters: Set<UInt8> = Set("& \t\r\n\"')>;\\,".utf8)
        return bytes[start...].firstIndex(where: delimiters.contains) ?? bytes.count
    }

    /// Where the user information behind `://` begins, when only its characters follow.
    private static func lastUserInformation(in output: [UInt8]) -> Int? {
        guard let slash = output.lastIndex(of: UInt8(ascii: "/")), slash >= 2 else { return nil }
        guard output[slash - 1] == UInt8(ascii: "/"), output[slash - 2] == UInt8(ascii: ":") else {
            return nil
        }
        let information = output[(slash + 1)...]
        let isPlain = !information.contains {
            $0 <= 0x20 || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
        }
        return !information.isEmpty && isPlain ? slash + 1 : nil
    }
}

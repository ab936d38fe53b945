// Writes bytes as hex digits.

/// Bytes as text, two digits each.
public enum HexText {
    /// The bytes as lower-case hex digits, without a prefix.
    public static func lowerCase(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

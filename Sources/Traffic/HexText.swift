// Writes bytes as hex digits.

/// Bytes as text, two digits each.
public enum HexText {
    /// The bytes as lower-case hex digits, without a prefix.
    @inlinable
    public static func lowerCase(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The lower-case digit of a number below 16.
    @inlinable
    public static func digit(_ number: UInt8) -> UInt8 { number < 10 ? 0x30 + number : 0x57 + number }
}

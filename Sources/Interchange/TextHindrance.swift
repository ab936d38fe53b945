// What keeps text from being written as it stands.

/// Bytes that need a closer look before text goes into a listing; most text has none of them.
struct TextHindrance: OptionSet {
    let rawValue: UInt8

    /// A control character, or anything that is not ASCII: a terminal might act upon it, or it is no UTF-8.
    static let unsafe = TextHindrance(rawValue: 1)
    /// A quotation mark or a reverse solidus (RFC 8259 §7).
    static let quotation = TextHindrance(rawValue: 2)
    /// What every credential that `Secrets` knows by its place has in it: `=` or `@`.
    static let credential = TextHindrance(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The hindrances in some text.
    @inline(__always)
    init(in text: some Sequence<UInt8>) {
        self = []
        for byte in text {
            switch byte {
            case 0x00...0x1F, 0x7F...0xFF: insert(.unsafe)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): insert(.quotation)
            case UInt8(ascii: "="), UInt8(ascii: "@"): insert(.credential)
            default: break
            }
        }
    }
}

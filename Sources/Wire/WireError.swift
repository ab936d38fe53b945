// Why bytes could not be read.

/// A fault in captured bytes; never fatal, always counted.
enum WireError: Error, Hashable {
    /// Bytes end too early: how many were needed, and where.
    case truncated(needed: Int, at: Int)
    /// A field contradicts its specification, at this byte offset.
    case malformed(at: Int)
    /// MQTT remaining length with a fifth byte (MQTT 3.1.1 §2.2.3).
    case remainingLengthTooLong
    /// A link type that Wire does not read.
    case unsupportedLink
}

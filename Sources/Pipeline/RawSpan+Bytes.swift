// Bytes leave a span by one copy.

extension RawSpan {
    /// The bytes in an array of their own.
    var bytes: [UInt8] {
        withUnsafeBytes { Array($0) }
    }
}

// The Content-Range field of an HTTP response. RFC 9110 §14.4.

/// Which part of a representation a response carries: `bytes 16380-40950/40951`.
public struct ContentRange: Hashable, Sendable {
    /// Offset of the first byte.
    public var first: Int64
    /// Offset of the last byte; it belongs to the part.
    public var last: Int64
    /// Length of the whole representation; `nil` for `*`.
    public var total: Int64?

    /// Bytes of the part.
    public var count: Int64 { last - first + 1 }

    /// Reads the field.
    ///
    /// - Returns: The range; `nil` for an unsatisfied one (`bytes */40951`), for units other than bytes, and for an
    ///   invalid one: its end before its begin or at or behind the total, which must not be used to combine parts.
    public init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let halves = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
            first <= last, last < .max
        else { return nil }
        self.first = first
        self.last = last
        guard halves[1] != "*" else { return }
        guard let total = Self.number(halves[1]), last < total else { return nil }
        self.total = total
    }

    /// Digits only; `nil` for anything else and for more than 64 bits hold.
    private static func number(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}

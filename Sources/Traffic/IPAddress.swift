// IPv4 and IPv6 addresses as one fixed-size value. RFC 4291, RFC 5952.

/// An IPv4 or IPv6 address in 16 bytes; IPv4 is held as `::ffff:a.b.c.d`.
///
/// A fixed value, so that flows hash and compare without allocation.
public struct IPAddress: Hashable, Sendable {
    /// The first eight bytes, network order.
    public var high: UInt64
    /// The last eight bytes, network order.
    public var low: UInt64

    /// Wraps the two halves of a 128-bit address in network order.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Wraps an IPv4 address in network order: `0x7F000001` is 127.0.0.1.
    public init(ipv4: UInt32) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(ipv4))
    }

    /// Whether this is an IPv4 address.
    public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// Whether this is 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        isIPv4 ? (low >> 24) & 0xFF == 127 : high == 0 && low == 1
    }
}

extension IPAddress {
    /// Reads dotted IPv4 such as `127.0.0.1`.
    ///
    /// `nil` for anything else; leading zeros are refused.
    public init?(dotted text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let byte = UInt8(part), part.utf8.first != 0x2B, part.count == 1 || !part.hasPrefix("0")
            else {
                return nil
            }
            address = address << 8 | UInt32(byte)
        }
        self.init(ipv4: address)
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted IPv4, or IPv6 in the canonical form of RFC 5952 (longest run of zero groups as `::`).
    public var description: String {
        if isIPv4 {
            return (0..<4).map { String((low >> (24 - 8 * UInt64($0))) & 0xFF) }.joined(separator: ".")
        }
        let groups = (0..<8).map { index -> UInt64 in
            let half = index < 4 ? high : low
            return half >> (48 - 16 * UInt64(index % 4)) & 0xFFFF
        }
        let texts = groups.map { String($0, radix: 16) }
        guard let run = longestZeroRun(groups) else { return texts.joined(separator: ":") }
        return texts[..<run.lowerBound].joined(separator: ":") + "::"
            + texts[run.upperBound...].joined(separator: ":")
    }

    /// The first longest run of at least two zero groups.
    private func longestZeroRun(_ groups: [UInt64]) -> Range<Int>? {
        var best: Range<Int>?
        var start: Int?
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 {
                start = start ?? index
            } else if let begin = start {
                if index - begin > max(1, best?.count ?? 0) { best = begin..<index }
                start = nil
            }
        }
        return best
    }
}

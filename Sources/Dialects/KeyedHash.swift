// A fast hash that nobody outside the process can foresee.

/// Hashes bytes under a key that each process draws anew.
///
/// Topics come from devices, so whoever chooses them must not be able to choose where they land in a table. The key
/// is drawn from the standard library's own seed and never leaves the process.
package struct KeyedHash: Sendable {
    /// The key of this process.
    package static let ofProcess = KeyedHash()

    private let seed: UInt64
    private let first: UInt64
    private let second: UInt64

    private init() {
        seed = Self.drawn(0)
        // Odd factors lose no bit of what they multiply.
        first = Self.drawn(1) | 1
        second = Self.drawn(2) | 1
    }

    /// The hash of all the bytes; equal bytes have equal hashes for as long as the process lives.
    /// - Complexity: O(n), eight bytes a step.
    package func callAsFunction(_ bytes: RawSpan) -> UInt64 {
        let count = bytes.byteCount
        // Folded at once: a length must not cancel out against the bytes that follow.
        var state = Self.folded(seed ^ UInt64(truncatingIfNeeded: count), second)
        var offset = 0
        while offset + 8 <= count {
            state = Self.folded(state ^ bytes.word(at: offset), first)
            offset += 8
        }
        var rest: UInt64 = 0
        if offset < count, count >= 8 {
            // The last eight bytes again: some were taken before, none is left out.
            rest = bytes.word(at: count - 8)
        } else {
            while offset < count {
                rest = rest << 8 | UInt64(bytes.byte(at: offset))
                offset += 1
            }
        }
        return Self.folded(Self.folded(state ^ rest, second), first)
    }

    /// Both halves of the product: every bit of the state reaches every bit of the result.
    @inline(__always)
    private static func folded(_ state: UInt64, _ factor: UInt64) -> UInt64 {
        let product = state.multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }

    /// A number from the seed that the standard library draws when the process starts.
    private static func drawn(_ number: Int) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(number)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

// Time in a pcapng file: ticks of any length since any second. draft-ietf-opsawg-pcapng §4.2 (if_tsresol, if_tsoffset)

import Traffic

/// How an interface's ticks become nanoseconds since the epoch; what leaves the range of ``Timestamp`` saturates.
struct TickScale: Hashable {
    private var multiplier: UInt64 = 1_000
    private var divisor: UInt64 = 1
    /// Ticks a second as a power of two; `nil` for a power of ten.
    private var binaryExponent: Int?
    /// Seconds to add.
    var offset: Int64 = 0

    /// Microseconds, where a file says nothing.
    init() {}

    /// Reads if_tsresol: a negative power of ten, or of two with the highest bit set.
    mutating func setResolution(_ code: UInt8) {
        let exponent = Int(code & 0x7F)
        if code & 0x80 != 0 {
            binaryExponent = exponent
            return
        }
        binaryExponent = nil
        multiplier = exponent <= 9 ? Self.powerOfTen(9 - exponent) : 1
        divisor = exponent <= 9 ? 1 : Self.powerOfTen(exponent - 9)
    }

    /// The time of a tick.
    func timestamp(_ ticks: UInt64) -> Timestamp {
        var nanoseconds = UInt64.max
        if let binaryExponent {
            nanoseconds = Self.nanoseconds(ticks, perSecond: binaryExponent)
        } else {
            let (product, overflowed) = ticks.multipliedReportingOverflow(by: multiplier)
            if !overflowed { nanoseconds = divisor == 1 ? product : product / divisor }
        }
        let time = Timestamp(nanoseconds: Int64(clamping: nanoseconds))
        return offset == 0 ? time : Timestamp(seconds: offset, nanoseconds: time.nanoseconds)
    }

    /// ticks · 10⁹ / 2ⁿ, exactly.
    private static func nanoseconds(_ ticks: UInt64, perSecond exponent: Int) -> UInt64 {
        let product = UInt128(ticks) * 1_000_000_000
        return UInt64(clamping: product >> UInt128(exponent))
    }

    /// A power of ten; the largest number there is where it does not fit.
    private static func powerOfTen(_ exponent: Int) -> UInt64 {
        (0..<exponent).reduce(1) { power, _ in
            let (product, overflowed) = power.multipliedReportingOverflow(by: 10)
            return overflowed ? .max : product
        }
    }
}

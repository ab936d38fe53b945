// Numbers from captures may be anything; turning them into integers must not trap.

extension Int64 {
    /// The number without its fraction, held at the ends of the range; 0 for not-a-number.
    init(saturating number: Double) {
        if number.isNaN {
            self = 0
        } else if number >= 0x1p63 {
            self = .max
        } else if number <= -0x1p63 {
            self = .min
        } else {
            self = Int64(number)
        }
    }

    /// The sum, held at the ends of the range.
    func adding(saturating other: Int64) -> Int64 {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, held at the ends of the range.
    func subtracting(saturating other: Int64) -> Int64 {
        let (difference, overflowed) = subtractingReportingOverflow(other)
        return overflowed ? (other < 0 ? .max : .min) : difference
    }
}

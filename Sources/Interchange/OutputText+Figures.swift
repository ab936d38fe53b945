// Numbers, bytes, addresses and times in a listing.

import Traffic

extension OutputText {
    /// Adds bytes as lower-case hex digits.
    mutating func append(hex captured: [UInt8]) {
        for byte in captured {
            append(byte: HexText.digit(byte >> 4))
            append(byte: HexText.digit(byte & 15))
        }
    }

    /// Adds a whole number, with leading zeros up to `width`.
    mutating func append(_ number: some BinaryInteger, width: Int = 1) {
        let number = Int64(clamping: number)
        if number < 0 { append(byte: UInt8(ascii: "-")) }
        append(digitsOf: number.magnitude, width: width)
    }

    /// Adds an address and a port as `Endpoint.description` does.
    mutating func append(_ endpoint: Endpoint) {
        guard endpoint.address.isIPv4 else { return append(verbatim: endpoint.description) }
        for shift in [24, 16, 8, 0] as [UInt64] {
            append(digitsOf: endpoint.address.low >> shift & 0xFF, width: 1)
            append(byte: UInt8(ascii: shift == 0 ? ":" : "."))
        }
        append(digitsOf: UInt64(endpoint.port), width: 1)
    }

    /// Adds a time as `Timestamp.text(decimals: 6)` does.
    mutating func append(_ timestamp: Timestamp) {
        let time = CivilTime(timestamp)
        append(time.year, width: 4)
        append("-")
        append(time.month, width: 2)
        append("-")
        append(time.day, width: 2)
        append("T")
        append(time.hour, width: 2)
        append(":")
        append(time.minute, width: 2)
        append(":")
        append(time.second, width: 2)
        append(".")
        append(time.nanosecond / 1_000, width: 6)
        append("Z")
    }

    private mutating func append(digitsOf number: UInt64, width: Int) {
        var divisor: UInt64 = 1
        var count = 1
        while count < width || number / divisor > 9 {
            divisor *= 10
            count += 1
        }
        while divisor > 0 {
            append(byte: 0x30 + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}

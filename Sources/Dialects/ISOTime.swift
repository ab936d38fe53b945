// ISO 8601 times as devices write them. dialects.md §1.3, §2.

internal import Traffic

/// Reads and writes `2026-01-02T03:04:05.123456Z` and its relatives.
enum ISOTime {
    /// The instant a text names; `nil` when it names none.
    ///
    /// Date, `T` or a space, time, any number of decimals, and a zone: `Z`, `+09:00` or `+0900`. A time without a zone
    /// names no instant (the platform of dialect A drops such a message, dialects.md §2).
    static func timestamp(_ text: String) -> Timestamp? {
        var cursor = Cursor(text: Array(text.utf8))
        guard let year = cursor.number(4), cursor.skip("-"), let month = cursor.number(2), cursor.skip("-"),
            let day = cursor.number(2), cursor.skip("Tt "), let hour = cursor.number(2), cursor.skip(":"),
            let minute = cursor.number(2), cursor.skip(":"), let second = cursor.number(2)
        else { return nil }
        let nanosecond = cursor.skip(".,") ? cursor.fraction() : 0
        guard let nanosecond, let offset = cursor.zone(), cursor.isAtEnd else { return nil }
        let civil = CivilTime(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: second,
            nanosecond: nanosecond
        )
        guard isReal(civil) else { return nil }
        return civil.timestamp.advanced(by: .seconds(-offset))
    }

    /// The text Python's `isoformat` gives for a UTC time, with `Z`: microseconds, and no fraction when they are 0.
    static func pythonText(_ timestamp: Timestamp) -> String {
        let hasFraction = CivilTime(timestamp).nanosecond >= 1_000
        return timestamp.text(decimals: hasFraction ? 6 : 0)
    }

    /// Whether the fields are a date and time within the range of `Timestamp`.
    private static func isReal(_ civil: CivilTime) -> Bool {
        guard (1678...2261).contains(civil.year), (1...12).contains(civil.month), civil.hour < 24,
            civil.minute < 60, civil.second <= 60, civil.day >= 1
        else { return false }
        // The day exists when it comes back from the calendar as itself.
        let midnight = CivilTime(year: civil.year, month: civil.month, day: civil.day)
        return CivilTime(midnight.timestamp) == midnight
    }
}

private extension ISOTime {
    /// Walks the text; every step says whether it fitted.
    struct Cursor {
        let text: [UInt8]
        var index = 0

        var isAtEnd: Bool { index == text.count }

        mutating func skip(_ choices: String) -> Bool {
            guard index < text.count, choices.utf8.contains(text[index]) else { return false }
            index += 1
            return true
        }

        mutating func digit() -> Int? {
            guard index < text.count, JSONText.isDigit(text[index]) else { return nil }
            index += 1
            return Int(text[index - 1] - UInt8(ascii: "0"))
        }

        mutating func number(_ digitCount: Int) -> Int? {
            var value = 0
            for _ in 0..<digitCount {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// Nanoseconds of a decimal fraction; digits beyond the ninth are dropped.
        mutating func fraction() -> Int? {
            guard var value = digit() else { return nil }
            var digitCount = 1
            while let digit = digit() {
                guard digitCount < 9 else { continue }
                value = value * 10 + digit
                digitCount += 1
            }
            while digitCount < 9 {
                value *= 10
                digitCount += 1
            }
            return value
        }

        /// Seconds east of UTC.
        mutating func zone() -> Int? {
            if skip("Zz") { return 0 }
            let isWest = index < text.count && text[index] == UInt8(ascii: "-")
            guard skip("+-"), let hours = number(2) else { return nil }
            _ = skip(":")
            guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
            return (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
        }
    }
}

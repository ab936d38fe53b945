// ISO 8601 times as devices write them. dialects.md §1.3, §2.

internal import Traffic

/// Reads and writes `2026-01-02T03:04:05.123456Z` and its relatives.
enum ISOTime {
    /// The instant a text names; `nil` when it names none.
    ///
    /// Date, `T` or a space, time, any number of decimals, and a zone: `Z`, `+09:00` or `+0900`. A time without a zone
    /// names no instant (the platform of dialect A drops such a message, dialects.md §2), unless it is taken for UTC.
    static func timestamp(_ text: RawSpan, zoneless: Bool = false) -> Timestamp? {
        var cursor = Cursor(text)
        guard let year = cursor.number(4), cursor.skip("-"), let month = cursor.number(2), cursor.skip("-"),
            let day = cursor.number(2), cursor.skip("T", "t") || cursor.skip(" "),
            let hour = cursor.number(2),
            cursor.skip(":"), let minute = cursor.number(2), cursor.skip(":"),
            let second = cursor.number(2)
        else { return nil }
        let nanosecond = cursor.skip(".", ",") ? cursor.fraction() : 0
        let zone = zoneless && cursor.isAtEnd ? 0 : cursor.zone()
        guard let nanosecond, let offset = zone, cursor.isAtEnd else { return nil }
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
        return offset == 0 ? civil.timestamp : civil.timestamp.advanced(by: .seconds(-offset))
    }

    /// The instant that `20260102T030405Z` names; `nil` for any other text.
    static func compactTimestamp(_ text: RawSpan) -> Timestamp? {
        var cursor = Cursor(text)
        guard let year = cursor.number(4), let month = cursor.number(2), let day = cursor.number(2),
            cursor.skip("T", "t"), let hour = cursor.number(2), let minute = cursor.number(2),
            let second = cursor.number(2), cursor.skip("Z", "z"), cursor.isAtEnd
        else { return nil }
        let civil = CivilTime(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: second,
            nanosecond: 0
        )
        return isReal(civil) ? civil.timestamp : nil
    }

    /// The text that `compactTimestamp` reads.
    static func compactText(_ timestamp: Timestamp) -> String {
        timestamp.text(decimals: 0).filter { $0 != "-" && $0 != ":" }
    }

    /// The text Python's `isoformat` gives for a UTC time, with `Z`: microseconds, and no fraction when they are 0.
    static func pythonText(_ timestamp: Timestamp) -> String {
        let hasFraction = CivilTime(timestamp).nanosecond >= 1_000
        return timestamp.text(decimals: hasFraction ? 6 : 0)
    }

    /// Whether the fields are a date and time within the range of `Timestamp`.
    private static func isReal(_ civil: CivilTime) -> Bool {
        (1678...2261).contains(civil.year) && (1...12).contains(civil.month) && civil.hour < 24
            && civil.minute < 60 && civil.second <= 60
            && (1...dayCount(ofMonth: civil.month, in: civil.year)).contains(civil.day)
    }

    /// How many days a month of the Gregorian calendar has.
    private static func dayCount(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

private extension ISOTime {
    /// Walks the text; every step says whether it fitted.
    struct Cursor: ~Escapable {
        let text: RawSpan
        var index = 0

        @_lifetime(copy text)
        init(_ text: RawSpan) {
            self.text = text
        }

        var isAtEnd: Bool { index == text.byteCount }

        func stands(_ character: Unicode.Scalar) -> Bool {
            index < text.byteCount && text.byte(at: index) == UInt8(ascii: character)
        }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard stands(character) else { return false }
            index += 1
            return true
        }

        mutating func skip(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
            skip(one) || skip(other)
        }

        mutating func digit() -> Int? {
            guard index < text.byteCount, JSONNumeral.isDigit(text.byte(at: index)) else { return nil }
            index += 1
            return Int(text.byte(at: index - 1) - UInt8(ascii: "0"))
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
            if skip("Z", "z") { return 0 }
            let isWest = stands("-")
            guard skip("+", "-"), let hours = number(2) else { return nil }
            _ = skip(":")
            guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
            return (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
        }
    }
}

// Calendar dates without Foundation: the proleptic Gregorian calendar in UTC. RFC 3339.

/// A UTC date and time of day, split into its civil fields.
///
/// The day count uses years that begin in March, so that the leap day is the last day of a year and every
/// month's offset is a linear function of its number.
public struct CivilTime: Hashable, Sendable {
    /// Year of the Gregorian calendar.
    public var year: Int
    /// Month, 1 to 12.
    public var month: Int
    /// Day of the month, from 1.
    public var day: Int
    /// Hour, 0 to 23.
    public var hour: Int
    /// Minute, 0 to 59.
    public var minute: Int
    /// Second, 0 to 60 (a leap second is read as the second after).
    public var second: Int
    /// Nanosecond within the second.
    public var nanosecond: Int

    /// Wraps civil fields as given; `timestamp` turns them into an instant.
    public init(
        year: Int,
        month: Int,
        day: Int,
        hour: Int = 0,
        minute: Int = 0,
        second: Int = 0,
        nanosecond: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.nanosecond = nanosecond
    }

    /// The civil fields of an instant.
    public init(_ timestamp: Timestamp) {
        let (seconds, nanosecond) = timestamp.nanoseconds.flooredDivision(by: 1_000_000_000)
        let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        self.init(
            year: Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)),
            month: Int(month),
            day: Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1),
            hour: Int(secondOfDay / 3_600),
            minute: Int(secondOfDay / 60 % 60),
            second: Int(secondOfDay % 60),
            nanosecond: Int(nanosecond)
        )
    }

    /// The instant these fields name in UTC.
    public var timestamp: Timestamp {
        let marchYear = Int64(month <= 2 ? year - 1 : year)
        let (era, yearOfEra) = marchYear.flooredDivision(by: 400)
        let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = days * 86_400 + Int64(hour) * 3_600 + Int64(minute) * 60 + Int64(second)
        return Timestamp(seconds: seconds, nanoseconds: Int64(nanosecond))
    }

    /// RFC 3339 with `decimals` (0 to 9) decimals and `Z`.
    public func text(decimals: Int) -> String {
        var text = "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))"
        text += "T\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2))"
        if decimals > 0 {
            text += "." + nanosecond.padded(9).prefix(decimals)
        }
        return text + "Z"
    }
}

private extension Int64 {
    /// Quotient rounded down and the remainder, which is never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private extension Int {
    /// The decimal digits, with leading zeros up to `width`.
    func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

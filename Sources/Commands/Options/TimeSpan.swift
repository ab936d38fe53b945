// Lengths of time on the command line.

import ArgumentParser

/// A length of time with its unit: `50ms`, `120s`, `10m`, `24h`, `7d`.
struct TimeSpan: Hashable, ExpressibleByArgument {
    /// The length.
    var duration: Duration

    /// Units in milliseconds, the largest first; `ms` before `s` and `m`, which it ends and begins with.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
    ]
    /// A hundred years: no capture is longer.
    private static let longest: Int64 = 36_525 * 86_400_000

    /// A length of time.
    init(_ duration: Duration) { self.duration = duration }

    /// Reads a length of time; `nil` for what is none, or without a unit.
    init?(argument: String) {
        let text = argument.lowercased()
        guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }) else { return nil }
        let digits = text.dropLast(unit.name.count)
        guard let number = Int64(digits), digits.allSatisfy(\.isNumber),
            number <= Self.longest / unit.milliseconds
        else { return nil }
        self.init(.milliseconds(number * unit.milliseconds))
    }

    var defaultValueDescription: String {
        let milliseconds = Int64(duration / .milliseconds(1))
        let unit = Self.units.filter { milliseconds % $0.milliseconds == 0 }.max {
            $0.milliseconds < $1.milliseconds
        }
        return unit.map { "\(milliseconds / $0.milliseconds)\($0.name)" } ?? "\(milliseconds)ms"
    }
}

// Byte counts, durations and rates as people read them.

import Traffic

/// Figures in words; every function takes any value at all, captured ones included.
public enum Figures {
    /// A byte count in binary units: `512 B`, `1.5 KiB`, `12.0 MiB`.
    public static func bytes(_ count: Int64) -> String { scaled(Double(count), suffix: "") }

    /// A rate in binary units: `1.2 MiB/s`.
    public static func rate(_ bytesPerSecond: Double) -> String { scaled(bytesPerSecond, suffix: "/s") }

    /// A duration in the unit that suits it: `850 µs`, `312 ms`, `4.21 s`, `3 min 05 s`, `2 h 03 min`.
    public static func duration(_ duration: Duration) -> String {
        let seconds = duration.seconds
        let sign = seconds < 0 ? "-" : ""
        let size = abs(seconds)
        // The bounds are where the next unit's rounding begins, so that nothing reads `1000 ms` or `60.00 s`.
        switch size {
        case ..<0.000_999_5: return sign + decimal(size * 1e6, places: 0) + " µs"
        case ..<0.999_5: return sign + decimal(size * 1e3, places: 0) + " ms"
        case ..<59.995: return sign + decimal(size, places: 2, isPadded: true) + " s"
        default: return sign + longDuration(Int64(size.rounded()))
        }
    }

    /// A number with at most `places` decimals, trailing zeros left out unless padded; no exponent below 10¹⁵.
    static func decimal(_ value: Double, places: Int, isPadded: Bool = false) -> String {
        guard abs(value) < 1e15 else { return "\(value)" }
        let factor = (0..<places).reduce(1.0) { power, _ in power * 10 }
        let scaled = Int64((abs(value) * factor).rounded())
        let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: Int64(factor))
        let digits = String(fraction)
        var decimals = Substring(String(repeating: "0", count: max(0, places - digits.count)) + digits)
        if places == 0 { decimals = "" }
        if !isPadded { while decimals.last == "0" { decimals.removeLast() } }
        let sign = value < 0 && scaled != 0 ? "-" : ""
        return sign + String(whole) + (decimals.isEmpty ? "" : "." + decimals)
    }

    private static func scaled(_ value: Double, suffix: String) -> String {
        var value = value
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        while abs(value) >= 1023.95, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let number = decimal(value, places: unit == 0 ? 0 : 1, isPadded: unit > 0)
        return "\(number) \(units[unit])\(suffix)"
    }

    private static func longDuration(_ seconds: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds < 3_600 { return "\(seconds / 60) min \(two(seconds % 60)) s" }
        return "\(seconds / 3_600) h \(two(seconds / 60 % 60)) min"
    }
}

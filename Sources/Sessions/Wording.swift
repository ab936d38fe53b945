// Figures as people read them; the core has no Foundation.

import Traffic

extension Int64 {
    /// The number in groups of three: `135 120`.
    var grouped: String {
        var digits = String(magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        return (self < 0 ? "-" : "") + ([Substring(digits)] + groups).joined(separator: " ")
    }
}

extension Duration {
    /// The duration in seconds with one decimal, truncated: `30.2 s`.
    var shown: String {
        let tenths = wholeNanoseconds / 100_000_000
        return "\(tenths < 0 ? "-" : "")\((tenths / 10).magnitude).\((tenths % 10).magnitude) s"
    }
}

extension Double {
    /// The number without a needless fraction: `46`, `46.5`.
    var shown: String { self == rounded() && magnitude < 1e15 ? String(Int64(self)) : String(self) }
}

extension String {
    /// The first eight digits of a digest, and a mark that there are more.
    var abridged: String { utf8.count > 8 ? String(prefix(8)) + "…" : self }
}

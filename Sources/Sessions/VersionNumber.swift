// Versions that can be ordered. dialects.md §7, 46.

/// A version made of numbers and dots: others have no order that we know of.
struct VersionNumber: Comparable {
    private let parts: [Int]

    /// Reads `2.10.1` or `v2.10.1`; `nil` for any other version.
    init?(_ text: String) {
        let digits = text.first == "v" || text.first == "V" ? text.dropFirst() : text[...]
        let fields = digits.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { field in
            field.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(field) : nil
        }
        guard numbers.count == fields.count, numbers.count > 1 else { return nil }
        parts = numbers
    }

    /// Compares number by number; a missing one is 0.
    static func < (left: VersionNumber, right: VersionNumber) -> Bool {
        for index in 0..<max(left.parts.count, right.parts.count) {
            let (mine, other) = (left.parts[safe: index], right.parts[safe: index])
            if mine != other { return mine < other }
        }
        return false
    }
}

private extension [Int] {
    subscript(safe index: Int) -> Int { index < count ? self[index] : 0 }
}

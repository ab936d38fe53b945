// The Range request field. RFC 9110 §14.

/// What a Range field asks of a body of known size.
enum ByteRange: Hashable, Sendable {
    /// Everything: no field, one that is not understood, or several ranges (which a server may ignore, §14.2).
    case whole
    /// These bytes, at least one.
    case part(Range<Int64>)
    /// Nothing that the body has: status 416.
    case unsatisfiable

    init(field: String?, byteCount: Int64) {
        self = field.flatMap { Self.parsed($0, byteCount: byteCount) } ?? .whole
    }

    private static func parsed(_ field: String, byteCount: Int64) -> ByteRange? {
        let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0].lowercased() == "bytes" else { return nil }
        let ends = halves[1].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        switch (position(ends[0]), position(ends[1])) {
        case (let first?, let last?) where first <= last:
            return part(from: first, to: last, byteCount: byteCount)
        case (let first?, nil) where ends[1].isEmpty:
            return part(from: first, to: .max, byteCount: byteCount)
        case (nil, let suffix?) where ends[0].isEmpty:
            return suffix == 0
                ? .unsatisfiable : part(from: max(0, byteCount - suffix), to: .max, byteCount: byteCount)
        default:
            return nil
        }
    }

    private static func part(from first: Int64, to last: Int64, byteCount: Int64) -> ByteRange {
        first < byteCount ? .part(first..<min(last, byteCount - 1) + 1) : .unsatisfiable
    }

    /// A position in decimal digits; white space around it is allowed.
    private static func position(_ text: Substring) -> Int64? {
        let digits = text.filter { $0 != " " && $0 != "\t" }
        return digits.allSatisfy(\.isNumber) ? Int64(digits) : nil
    }
}

// Which bytes of a file were seen.

/// A bounded set of byte ranges.
struct ByteCoverage: Sendable {
    /// Most ranges apart from each other; bytes of further ones are not counted.
    static let limit = 1_024

    /// Disjoint, ascending, none touching the next.
    private(set) var ranges: [Range<Int64>] = []
    /// Bytes in all ranges.
    private(set) var count: Int64 = 0

    /// Adds a range; what overlaps counts once.
    ///
    /// - Complexity: O(1) for bytes that follow the last range, else O(number of ranges).
    mutating func add(_ range: Range<Int64>) {
        guard !range.isEmpty else { return }
        if let last = ranges.last, last.upperBound == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            count += range.upperBound - range.lowerBound
            return
        }
        let from = firstIndex { $0.upperBound >= range.lowerBound }
        let to = firstIndex { $0.lowerBound > range.upperBound }
        guard from < to || ranges.count < Self.limit else { return }
        let touched = ranges[from..<to]
        let start = min(range.lowerBound, touched.first?.lowerBound ?? range.lowerBound)
        let end = max(range.upperBound, touched.last?.upperBound ?? range.upperBound)
        count += end - start - touched.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
        ranges.replaceSubrange(from..<to, with: CollectionOfOne(start..<end))
    }

    /// The first range of which something is true that is true of all behind it.
    private func firstIndex(where condition: (Range<Int64>) -> Bool) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if condition(ranges[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

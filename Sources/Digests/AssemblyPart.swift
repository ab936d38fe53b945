// Where the bytes of one answer belong in the file. RFC 9110 §14.4.

import Traffic

/// One exchange's place in an assembly.
struct AssemblyPart: Sendable {
    /// The assembly's number.
    var assembly = 0
    /// Offset of the first byte.
    let first: Int64
    /// Offset behind the last byte that the answer may carry.
    let end: Int64
    /// Size of the file, as far as the answer tells.
    let total: Int64?
    /// Offset of the next byte.
    private(set) var next: Int64
    /// Offset behind the last byte before the first hole.
    private(set) var reach: Int64
    /// Missing bytes so far.
    private(set) var missing: Int64 = 0
    /// Whether more bytes came than belong to the part.
    private(set) var hasSurplus = false

    /// The place of an answer; `nil` for one that carries no file or no part that can be placed.
    init?(of exchange: Exchange) {
        guard exchange.method == "GET" else { return nil }
        switch exchange.status {
        case 200, 203:
            first = 0
            end = exchange.contentLength ?? .max
            total = exchange.contentLength
        case 206:
            // multipart/byteranges has its ranges in the body (RFC 9110 §14.6).
            guard let range = exchange.contentRange.flatMap(ContentRange.init) else { return nil }
            first = range.first
            end = range.last + 1
            total = range.total
        default: return nil
        }
        next = first
        reach = first
    }

    /// Whether no byte is missing so far and none was too many.
    var isContiguous: Bool { missing == 0 && !hasSurplus }

    /// Places the next bytes of the body.
    mutating func advance(by count: Int) -> Range<Int64> {
        let start = next
        next = min(end, next.addingSaturated(Int64(count)))
        if Int64(count) > next - start { hasSurplus = true }
        if missing == 0 { reach = next }
        return start..<next
    }

    /// Steps over missing bytes.
    mutating func skip(_ count: Int64) {
        missing = missing.addingSaturated(count)
        next = min(end, next.addingSaturated(count))
    }
}

extension Int64 {
    /// The sum; the largest number when it is larger.
    func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? .max : sum
    }
}

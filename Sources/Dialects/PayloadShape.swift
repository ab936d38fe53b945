// The shape that payloads of one kind share: every byte but those of the values.

/// A valid payload with its strings, numbers and words left out.
///
/// Devices spell the messages of one kind alike. A payload that has these bytes, and valid values between them, is
/// valid JSON with its values at the same paths: it is read by comparing. Any other is left to `JSONScanner`.
struct PayloadShape: Sendable {
    /// Longest payload, and most values, that a shape is made of.
    static let longest = 2_048, gapLimit = 64

    /// A place for a value.
    private struct Gap: Sendable {
        /// Where in `bytes` the bytes before the value end.
        var end: Int
        /// The slot that the value fills; none when nobody wants it.
        var slot: Int
    }

    /// The bytes around the values, one after the other.
    private var bytes: [UInt8] = []
    private var gaps: [Gap] = []
    /// The slot of the payload as a whole, and how many bytes stand before and behind it.
    private var outerSlot = PathTrie.none, leading = 0, trailing = 0

    /// Learns the shape of a payload that the scanner has read; `nil` when it is not one that values alone tell apart.
    init?(of payload: RawSpan, _ tokens: Span<JSONToken>) {
        if payload.byteCount > Self.longest { return nil }
        for slot in tokens.indices where tokens[slot].kind == .object || tokens[slot].kind == .array {
            guard outerSlot == PathTrie.none, isOuter(tokens[slot], of: payload) else { return nil }
            outerSlot = slot
            leading = tokens[slot].range.lowerBound
            trailing = payload.byteCount - tokens[slot].range.upperBound
        }
        var index = 0
        while index < payload.byteCount {
            guard let end = Self.endOfValue(in: payload, at: index) else { return nil }
            if end == index || Self.isKey(before: end, in: payload) {
                for offset in index..<max(end, index + 1) { bytes.append(payload.byte(at: offset)) }
                index = max(end, index + 1)
            } else {
                let slot = tokens.indices.first { tokens[$0].isScalar && tokens[$0].range == index..<end }
                gaps.append(Gap(end: bytes.count, slot: slot ?? PathTrie.none))
                index = end
            }
        }
        if outerSlot == PathTrie.none || gaps.count > Self.gapLimit { return nil }
    }

    /// Finds the tokens of a payload that has this shape; of any other, `tokens` are left as it may be.
    @inline(__always)
    func read(_ payload: RawSpan, into tokens: inout JSONScanner.Tokens) -> Bool {
        let known = bytes.rawSpan
        var (index, from) = (0, 0)
        for number in gaps.indices {
            let gap = gaps[number]
            guard payload.holds(known, from: from, upTo: gap.end, at: index) else { return false }
            index += gap.end - from
            from = gap.end
            let start = index
            let kind = JSONScalar.step(over: payload, &index)
            if kind == .absent { return false }
            if gap.slot != PathTrie.none { tokens[gap.slot] = JSONToken(kind, in: start..<index) }
        }
        guard payload.byteCount - index == known.byteCount - from,
            payload.holds(known, from: from, upTo: known.byteCount, at: index)
        else { return false }
        tokens[outerSlot] = JSONToken(.object, in: leading..<(payload.byteCount - trailing))
        return true
    }

    /// Whether an object has nothing but space around it.
    private func isOuter(_ token: JSONToken, of payload: RawSpan) -> Bool {
        guard token.kind == .object else { return false }
        for index in 0..<payload.byteCount where !token.range.contains(index) {
            if payload.byte(at: index) > 0x20 { return false }
        }
        return true
    }

    /// The end of the string, number or word that begins here; `index` itself where none does.
    ///
    /// `nil` for those that are not stepped over when reading: the shape would never fit.
    private static func endOfValue(in payload: RawSpan, at index: Int) -> Int? {
        switch payload.byte(at: index) {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
            UInt8(ascii: ":"), 0...0x20:
            return index
        default:
            var end = index
            return JSONScalar.step(over: payload, &end) == .absent ? nil : end
        }
    }

    /// Whether the string that ends here is a key.
    private static func isKey(before end: Int, in payload: RawSpan) -> Bool {
        for index in end..<payload.byteCount where payload.byte(at: index) > 0x20 {
            return payload.byte(at: index) == UInt8(ascii: ":")
        }
        return false
    }
}

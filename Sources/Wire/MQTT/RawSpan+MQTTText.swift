// Whether bytes are text that MQTT allows. MQTT 3.1.1 §1.5.3, §4.7; RFC 3629.

extension RawSpan {
    /// What topics and other strings may hold.
    enum TextRule {
        /// Any string: well-formed UTF-8 without U+0000.
        case text
        /// A topic name: also no wildcards.
        case topicName
    }

    /// Whether a range is well-formed UTF-8 that obeys a rule.
    func isText(in range: Range<Int>, _ rule: TextRule = .text) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = byte(at: index)
            if byte < 0x80 {
                if byte == 0 { return false }
                if rule == .topicName, byte == UInt8(ascii: "#") || byte == UInt8(ascii: "+") { return false }
                index += 1
            } else {
                guard let length = sequenceLength(at: index, end: range.upperBound) else { return false }
                index += length
            }
        }
        return true
    }

    /// Length of the multi-byte sequence at an index; `nil` when it is ill-formed: cut, overlong, a surrogate, or
    /// beyond U+10FFFF.
    private func sequenceLength(at index: Int, end: Int) -> Int? {
        let lead = byte(at: index)
        let length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0
        guard length > 0, end - index >= length else { return nil }
        let second = byte(at: index + 1)
        let lowest: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
        let highest: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
        guard (lowest...highest).contains(second) else { return nil }
        for offset in 2..<max(2, length) where byte(at: index + offset) & 0xC0 != 0x80 { return nil }
        return length
    }

    /// Whether a range is a valid topic filter (MQTT 3.1.1 §4.7.1).
    func isTopicFilter(in range: Range<Int>) -> Bool {
        guard !range.isEmpty, isText(in: range) else { return false }
        for index in range {
            let byte = byte(at: index)
            guard byte == UInt8(ascii: "#") || byte == UInt8(ascii: "+") else { continue }
            // A wildcard fills its level; `#` is the last one.
            if index > range.lowerBound, self.byte(at: index - 1) != UInt8(ascii: "/") { return false }
            let isLast = index + 1 == range.upperBound
            if !isLast, byte == UInt8(ascii: "#") || self.byte(at: index + 1) != UInt8(ascii: "/") {
                return false
            }
        }
        return true
    }

    /// Whether a filter that begins with `$share/` names a share and then a filter (MQTT 5 §4.8.2).
    func isSharedFilter(in range: Range<Int>) -> Bool {
        let name = range.lowerBound + 7
        guard name < range.upperBound, let slash = first(UInt8(ascii: "/"), in: name..<range.upperBound)
        else {
            return false
        }
        return slash > name && slash + 1 < range.upperBound && !hasWildcard(in: name..<slash)
    }

    /// Whether a range holds `#` or `+`.
    func hasWildcard(in range: Range<Int>) -> Bool {
        first(UInt8(ascii: "#"), in: range) != nil || first(UInt8(ascii: "+"), in: range) != nil
    }
}
